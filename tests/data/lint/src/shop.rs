fn total(items: &Vec<i32>) -> i32 {
    let mut sum = 0;
    let unused = 5;
    for item in items {
        sum += item;
    }
    sum.to_string()
}

fn main() {
    let items = vec![1, 2];
    println!("{}", total(items));
}
