//! No element is longer than its field of GB/T 39046: a platform cuts off what doesn't fit, or refuses the whole record.

use super::Report;
use crate::elements::{FIRST_OF_MATERIAL, Guide, WIDTHS, told_of_material};
use crate::item::{BusinessType, Item};
use crate::local::LocalItem;
use crate::material::MaterialSpec;

/// What an element too long is marked by in the files of the national list.
fn mark(number: u8) -> &'static str {
    match number {
        6 => "basis",
        11 => "organ =",
        27 => "intermediary",
        28 => "quantity_limit",
        29 => "[result]",
        _ => "name =",
    }
}

/// The elements of an item that its bureaus don't set.
pub fn item(item: &Item, file: &str, report: &mut Report) {
    let Some(business) = item.types.first() else { return };
    let guide = Guide { item, business, local: None, day: item.effective };
    for (number, width) in of_guide(false) {
        let told = if number == 1 { item.name.clone() } else { guide.told(number) };
        fits(number, width, &told, (file, mark(number)), report);
    }
    // A bureau's own name is held where it is written; this one stands where none is chosen.
    if let Some((number, width)) = of_guide(true).find(|(number, _)| *number == 11) {
        fits(number, width, &item.organ, (file, mark(number)), report);
    }
}

/// A guide's title is the item's name with the type's.
pub fn business(item: &Item, business: &BusinessType, file: &str, report: &mut Report) {
    if let Some((number, width)) = of_guide(false).find(|(number, _)| *number == 1) {
        fits(number, width, &item.title(business), (file, mark(number)), report);
    }
}

pub fn material(material: &MaterialSpec, file: &str, report: &mut Report) {
    let key = format!("key = \"{}\"", material.key);
    for (number, width) in WIDTHS.into_iter().filter(|(number, _)| *number >= FIRST_OF_MATERIAL) {
        fits(number, width, &told_of_material(material, number), (file, &key), report);
    }
}

/// The elements that a bureau sets.
pub fn local(item: &Item, local: &LocalItem, file: &str, report: &mut Report) {
    let Some(business) = item.types.first() else { return };
    let guide = Guide { item, business, local: Some(local), day: local.effective };
    for (number, width) in of_guide(true) {
        let mark = match number {
            11 => "bureau_name",
            12 => "credit_code",
            51 => "hours",
            _ => "consult_phone",
        };
        fits(number, width, &guide.told(number), (file, mark), report);
    }
}

/// The widths of what the bureaus set, or of what they don't.
fn of_guide(local: bool) -> impl Iterator<Item = (u8, usize)> {
    let own = move |number: u8| element(number).local == local;
    WIDTHS.into_iter().filter(move |(number, _)| *number < FIRST_OF_MATERIAL && own(*number))
}

fn element(number: u8) -> &'static crate::elements::Element {
    &crate::elements::ELEMENTS[usize::from(number) - 1]
}

fn fits(number: u8, width: usize, told: &str, (file, mark): (&str, &str), report: &mut Report) {
    let long = told.chars().count();
    let name = element(number).name;
    report.hold(
        long <= width,
        file,
        mark,
        "too-long",
        format!("{name}有 {long} 个字，标准（GB/T 39046 表4）最多 {width} 个：请缩短"),
    );
}
