//! The law folder is compiled in. `include_dir!` sees a changed file but not a new one, so a new year or a new
//! statute would be missed without this line.
fn main() {
    println!("cargo:rerun-if-changed=../../law");
}
