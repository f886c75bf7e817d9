use jiff::civil::date;

use super::*;
use crate::Catalogue;

const DAY: Date = date(2026, 9, 1);

fn county() -> (Catalogue, std::sync::Arc<Item>, LocalItem) {
    let catalogue = Catalogue::embedded().unwrap();
    let item = catalogue.item("retail-licence").unwrap().clone();
    let local = catalogue.own_local(&item, "990101").unwrap().clone();
    (catalogue, item, local)
}

fn set(typed: &mut Fields, name: &str, value: &str) {
    typed.0.insert(name.to_owned(), vec![value.to_owned()]);
}

#[test]
fn a_form_sent_as_it_came_changes_nothing_but_its_day() {
    let (_, item, local) = county();
    let mut problems = Problems::none();
    let read = read(&local, &item, &typed(&local, &item, DAY), DAY, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(read, LocalItem { effective: DAY, ..local });
}

#[test]
fn an_earlier_promise_stays_and_a_longer_one_is_refused() {
    let (_, item, local) = county();
    let mut form = typed(&local, &item, DAY);
    set(&mut form, "days-1001", "5");
    set(&mut form, "cite-1001", "城中区烟草专卖局2026年第3号公告（演示）");
    let mut problems = Problems::none();
    let shorter = read(&local, &item, &form, DAY, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    let new = item.business("1001").unwrap();
    assert_eq!(shorter.promised(new, DAY.yesterday().unwrap()), 7);
    assert_eq!(shorter.promised(new, DAY), 5);

    for (days, cite) in [("21", "x"), ("0", "x"), ("很快", "x"), ("5", "")] {
        set(&mut form, "days-1001", days);
        set(&mut form, "cite-1001", cite);
        let mut problems = Problems::none();
        read(&local, &item, &form, DAY, &mut problems);
        assert!(!problems.is_empty(), "{days} {cite}");
    }
    // Emptied, the limit of the whole country holds again.
    set(&mut form, "days-1001", "");
    set(&mut form, "cite-1001", "");
    let back = read(&local, &item, &form, DAY, &mut Problems::none());
    assert_eq!(back.promised(new, DAY), new.limits.promised);
}

#[test]
fn halls_questions_and_waivers_are_whole_or_told() {
    let (_, item, local) = county();
    let mut form = typed(&local, &item, DAY);
    set(&mut form, "hall-1-name", "第二大厅");
    set(&mut form, "faq-0-q", "周末办吗？");
    set(&mut form, "waived-1001-business_licence", "由市场监督管理部门共享");
    let mut problems = Problems::none();
    let read_once = read(&local, &item, &form, DAY, &mut problems);
    assert!(problems.at("hall-1-address").is_some() && problems.at("faq-0-a").is_some(), "{problems:?}");
    assert_eq!(read_once.waived.len(), 1);
    for key in ["name", "window", "address", "hours", "phone", "traffic"] {
        set(&mut form, &format!("hall-0-{key}"), "");
        set(&mut form, &format!("hall-1-{key}"), "");
    }
    let mut problems = Problems::none();
    read(&local, &item, &form, DAY, &mut problems);
    assert!(problems.at("hall-0-name").is_some(), "a bureau without a hall");
}

#[test]
fn the_file_that_is_written_reads_back_and_passes_the_linter() {
    let (catalogue, item, local) = county();
    let file = file(&local, &item.slug).unwrap();
    let next = catalogue.with_files(&[file]).unwrap();
    let again = next.own_local(next.item("retail-licence").unwrap(), "990101").unwrap();
    assert_eq!(
        LocalItem { digest: String::new(), ..again.clone() },
        LocalItem { digest: String::new(), ..local }
    );
    assert!(crate::lint(&next).is_empty());
}
