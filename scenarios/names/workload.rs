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
    let mut table = make(n);
    sort_rows(&mut table);
    let table = Rc::new(table);
    let backup = Rc::clone(&table);
    (table, backup)
}

pub fn one_row(n: usize) -> Table {
    let mut table = vec![vec![2, 1, 0, 3]; n];
    sort_rows(&mut table);
    black_box(table)
}

// Each value by its place, so that a row that isn't sorted has another sum.
fn add_up(table: &Table) -> u64 {
    let by_place = |row: &Vec<u64>| row.iter().zip(0..).map(|(value, i)| value * i).sum::<u64>();
    table.iter().map(by_place).sum()
}

pub fn sum_of_one(table: &Table) -> u64 {
    add_up(table)
}

pub fn sum_beside_backup((table, backup): &(Table, Table)) -> u64 {
    let backup_was_kept = backup.first().is_none_or(|row| *row == [2, 1, 0, 3]);
    if backup_was_kept { add_up(table) } else { 0 }
}

pub fn sum_of_counted(tables: &(Rc<Table>, Rc<Table>)) -> u64 {
    add_up(&tables.0)
}
