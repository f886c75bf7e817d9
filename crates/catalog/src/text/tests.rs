use jiff::civil::date;

use super::*;

const DAY: Date = date(2026, 9, 1);

fn text(id: &str, effective: Date, files: Vec<SourceFile>) -> Text {
    Text {
        bureau: "990101".into(),
        id: id.into(),
        item: "retail-licence".into(),
        state: State::Reviewed,
        effective,
        base: "old".into(),
        why: "换了电话".into(),
        note: String::new(),
        hands: vec!["a".into()],
        drafted_by: "a".into(),
        drafted_name: "甲".into(),
        reviewed_name: "乙".into(),
        changed_name: "甲".into(),
        changed_at: jiff::Timestamp::UNIX_EPOCH,
        version: 3,
        files,
    }
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.into(), text: text.into() }
}

#[test]
fn steps_go_from_draft_to_review_and_nowhere_else() {
    let mut table = String::new();
    for state in State::ALL {
        for step in [Step::Write, Step::Submit, Step::Return, Step::Approve, Step::Withdraw] {
            let after = state.after(step).map_or("-", State::code);
            table += &format!("{:<9} {step:?} {after}\n", state.code());
        }
    }
    assert_eq!(table, include_str!("steps.txt"), "the table is now:\n{table}");
}

#[test]
fn a_text_holds_from_its_day_and_the_later_one_wins() {
    let program = [file("places/990101/items/a.toml", "effective = \"2026-01-01\"")];
    let place = "places/990101/items/a.toml";
    let texts = [
        text("2", date(2026, 9, 2), vec![file(place, "second")]),
        text("1", date(2026, 9, 1), vec![file(place, "first")]),
    ];
    let on = |day| in_force(&program, &texts, day).first().map(|file| file.text.clone());
    assert_eq!(on(date(2026, 8, 31)), None);
    assert_eq!(on(date(2026, 9, 1)).as_deref(), Some("first"));
    assert_eq!(on(date(2026, 9, 2)).as_deref(), Some("second"));
}

#[test]
fn a_release_that_is_newer_than_a_text_goes_before_it() {
    let program = [file("items/x/item.toml", "effective = \"2026-10-01\"")];
    let texts = [text("1", DAY, vec![file("items/x/faq.toml", "old")])];
    assert!(in_force(&program, &texts, date(2026, 12, 1)).is_empty());
}

#[test]
fn two_texts_of_a_day_overlap_and_none_reaches_back() {
    let mine = text("1", DAY, vec![file("a", "b")]);
    let other = text("2", DAY, vec![file("a", "c")]);
    assert!(against(&mine, &[other], "old", DAY)[0].contains("有效期重叠"));
    assert!(
        against(&mine, std::slice::from_ref(&mine), "old", DAY).is_empty(),
        "a text doesn't stand against itself"
    );
    assert!(against(&mine, &[], "old", date(2026, 9, 2))[0].contains("不能溯及以前"));
    assert!(against(&mine, &[], "new", DAY)[0].contains("又有变动"));
    let later = text("3", date(2026, 10, 1), vec![file("a", "d")]);
    assert!(against(&mine, &[later], "old", DAY)[0].contains("请等它生效"));
    let elsewhere = text("4", date(2026, 10, 1), vec![file("b", "d")]);
    assert!(against(&mine, &[elsewhere], "old", DAY).is_empty());
}

#[test]
fn a_changed_national_text_gets_a_version_of_its_own_and_so_does_who_borrows_it() {
    let catalogue = Catalogue::embedded().unwrap();
    let path = "items/retail-licence/faq.toml";
    let changed =
        format!("{}\n[[faq]]\nq = \"新问题？\"\na = \"新答案。\"\n", catalogue.file(path).unwrap().text);
    let taken = BTreeSet::from([("retail-licence".to_owned(), "2026.3.1".to_owned())]);
    let files = raised(&catalogue, vec![file(path, &changed)], DAY, &taken).unwrap();
    let next = catalogue.with_files(&files).unwrap();
    let item = next.item("retail-licence").unwrap();
    assert_eq!((item.version.as_str(), item.effective), ("2026.3.2", DAY), "2026.3.1 is taken");
    for item in next.items() {
        let before = catalogue.item(&item.slug).unwrap();
        assert_eq!(before.digest == item.digest, before.version == item.version, "{}", item.slug);
    }
    assert!(crate::lint(&next).is_empty(), "{:?}", crate::lint(&next));
}
