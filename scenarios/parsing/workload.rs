use std::collections::HashMap;
use std::hint::black_box;

const CITIES: [&str; 5] = ["Amsterdam", "Barcelona", "Copenhagen", "Edinburgh", "Gothenburg"];
const STATES: [&str; 3] = ["delivered", "returned", "on its way"];

pub fn make_csv(n: usize) -> String {
    let mut text = String::from("number,city,state,cents\n");
    for i in 0..n {
        let (number, cents) = (100_000 + i, 1_000 + i * 37 % 9_000);
        text.push_str(&format!("{number},{},{},{cents}\n", CITIES[i % 5], STATES[i % 3]));
    }
    text
}

pub fn csv_maps(text: &str) -> Vec<HashMap<String, String>> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let pair = |(key, value): (&&str, &str)| (key.to_string(), value.to_owned());
    lines
        .map(|line| black_box(header.iter().zip(line.split(',')).map(pair).collect()))
        .collect()
}

pub struct Order {
    number: u32,
    city: String,
    state: String,
    cents: u32,
}

fn order(line: &str) -> Option<Order> {
    let mut fields = line.split(',');
    Some(Order {
        number: fields.next()?.parse().ok()?,
        city: fields.next()?.to_owned(),
        state: fields.next()?.to_owned(),
        cents: fields.next()?.parse().ok()?,
    })
}

pub fn csv_structs(text: &str) -> Vec<Order> {
    text.lines()
        .skip(1)
        .filter_map(|line| black_box(order(line)))
        .collect()
}

pub struct OrderInText<'a> {
    number: u32,
    city: &'a str,
    state: &'a str,
    cents: u32,
}

fn order_in_text(line: &str) -> Option<OrderInText<'_>> {
    let mut fields = line.split(',');
    Some(OrderInText {
        number: fields.next()?.parse().ok()?,
        city: fields.next()?,
        state: fields.next()?,
        cents: fields.next()?.parse().ok()?,
    })
}

pub fn csv_borrowed(text: &str) -> Vec<OrderInText<'_>> {
    text.lines().skip(1).filter_map(order_in_text).collect()
}

pub fn sum_of_maps(orders: &[HashMap<String, String>]) -> u64 {
    let number = |text: &String| text.parse::<u64>().unwrap_or_default();
    let known = orders
        .iter()
        .filter(|order| number(&order["number"]) > 0 && !order["state"].is_empty());
    known
        .map(|order| order["city"].len() as u64 * number(&order["cents"]))
        .sum()
}

pub fn sum_of_structs(orders: &[Order]) -> u64 {
    let known = orders
        .iter()
        .filter(|order| order.number > 0 && !order.state.is_empty());
    known
        .map(|order| order.city.len() as u64 * u64::from(order.cents))
        .sum()
}

pub fn sum_of_borrowed(orders: &[OrderInText<'_>]) -> u64 {
    let known = orders
        .iter()
        .filter(|order| order.number > 0 && !order.state.is_empty());
    known
        .map(|order| order.city.len() as u64 * u64::from(order.cents))
        .sum()
}
