use std::hint::black_box;
use std::rc::Rc;

type Table = Vec<Vec<u64>>;

fn make(n: usize) -> Table {
    black_box((0..n).map(|_| vec![2, 1, 0, 3]).collect())
}

fn sort_rows(table: &mut Table) {
    for row in table {
        row.sort_unstable();
    }
}

pub fn moved(n: usize) -> Table {
    let table = make(n);
    let mut backup = table;
    sort_rows(&mut backup);
    backup
}

pub fn cloned(n: usize) -> (Table, Table) {
    let mut table = make(n);
    let backup = table.clone();
    sort_rows(&mut table);
    (table, black_box(backup))
}

pub fn counted(n: usize) -> (Rc<Table>, Rc<Table>) {
    let table = Rc::new(make(n));
    let backup = Rc::clone(&table);
    (table, backup)
}

pub fn one_row(n: usize) -> Table {
    let mut table = vec![vec![2, 1, 0, 3]; n];
    sort_rows(&mut table);
    black_box(table)
}

fn add_up(table: &Table) -> u64 {
    table.iter().flatten().sum()
}

pub fn sum_of_one(table: &Table) -> u64 {
    add_up(table)
}

pub fn sum_of_first(tables: &(Table, Table)) -> u64 {
    add_up(&tables.0)
}

pub fn sum_of_counted(tables: &(Rc<Table>, Rc<Table>)) -> u64 {
    add_up(&tables.0)
}
