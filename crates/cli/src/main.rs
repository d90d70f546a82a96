//! Room to be furnished.
fn main() {}
