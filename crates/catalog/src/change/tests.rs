use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::*;

fn change(id: &str, kind: Kind, from: &[&str], to: &[(&str, &str)], effective: Date) -> Change {
    Change {
        file: "items/changes/2026.toml".into(),
        id: id.into(),
        kind,
        from: from.iter().map(|one| (*one).into()).collect(),
        to: to
            .iter()
            .map(|(item, code)| Successor {
                item: (*item).into(),
                version: "2026.1".into(),
                code: (*code).into(),
            })
            .collect(),
        effective,
        until: None,
        reason: "国家目录调整".into(),
        basis: None,
        drafted_by: "目录编制岗".into(),
        drafted_on: date(2025, 12, 1),
        reviewed_by: "法制审核岗".into(),
        reviewed_on: Some(date(2025, 12, 8)),
        open_cases: OpenCases::Unplanned,
    }
}

/// The rules that refuse `changes` when three cases of `old` are open and `shop` has the code of the retail licence.
fn refused(changes: &[Change]) -> Vec<&'static str> {
    let known = BTreeMap::from([("old".into(), String::new()), ("shop".into(), "00016211200Y".into())]);
    let open = BTreeMap::from([("old".into(), 3)]);
    refusals(changes, &known, &open).into_iter().map(|one| one.rule).collect()
}

const SPRING: Date = date(2026, 3, 1);
const SUMMER: Date = date(2026, 6, 1);

#[test]
fn an_orderly_life_is_not_refused() {
    let life = [
        change("1", Kind::Add, &[], &[("new", "")], date(2026, 1, 1)),
        change("2", Kind::Amend, &["new"], &[("new", "")], SPRING),
        change("3", Kind::Split, &["new"], &[("left", ""), ("right", "")], SUMMER),
        change("4", Kind::Merge, &["left", "right"], &[("whole", "")], date(2027, 1, 1)),
    ];
    assert_eq!(refused(&life), Vec::<&str>::new());
}

#[test]
fn each_rule_refuses_its_fault() {
    let same =
        Change { reviewed_by: "目录编制岗".into(), ..change("1", Kind::Add, &[], &[("a", "")], SPRING) };
    assert_eq!(refused(&[same]), ["review-by-same"]);
    let backwards = change("1", Kind::Add, &[], &[("a", "")], date(2025, 12, 5));
    assert_eq!(refused(&[backwards]), ["effective-before-review"]);
    let early =
        Change { reviewed_on: Some(date(2025, 11, 1)), ..change("1", Kind::Add, &[], &[("a", "")], SPRING) };
    assert_eq!(refused(&[early]), ["review-too-early"]);
    let undated = Change { reviewed_on: None, ..change("1", Kind::Add, &[], &[("a", "")], SPRING) };
    assert_eq!(refused(&[undated]), ["review-undated"]);
    let one = change("1", Kind::Split, &["shop"], &[("a", "")], SPRING);
    assert_eq!(refused(&[one]), ["change-shape"]);
    let pause = Change { until: Some(date(2026, 2, 1)), ..change("1", Kind::Pause, &["shop"], &[], SPRING) };
    assert_eq!(refused(&[pause]), ["pause-backwards"]);
    let nothing = change("1", Kind::Cancel, &["ghost"], &[], SPRING);
    assert_eq!(refused(&[nothing]), ["change-of-nothing"]);
    let twice = [
        change("1", Kind::Amend, &["shop"], &[("shop", "")], SPRING),
        change("1", Kind::Amend, &["shop"], &[("shop", "")], SUMMER),
    ];
    assert_eq!(refused(&twice), ["change-twice"]);
    let overlap = [
        change("1", Kind::Amend, &["shop"], &[("shop", "")], SPRING),
        change("2", Kind::Pause, &["shop"], &[], SPRING),
    ];
    assert_eq!(refused(&overlap), ["validity-overlaps"]);
    let again = [
        change("1", Kind::Add, &[], &[("a", "")], SPRING),
        change("2", Kind::Add, &[], &[("a", "")], SUMMER),
    ];
    assert_eq!(refused(&again), ["validity-overlaps"]);
    let after = [
        change("1", Kind::Cancel, &["shop"], &[], SPRING),
        change("2", Kind::Resume, &["shop"], &[], SUMMER),
    ];
    assert_eq!(refused(&after), ["change-after-end"]);
    let code = change("1", Kind::Add, &[], &[("a", "00016211200Y")], SPRING);
    assert_eq!(refused(&[code]), ["code-twice"]);
}

#[test]
fn pauses_of_one_item_do_not_overlap() {
    let pause = |id: &str, from: Date, until: Option<Date>| Change {
        until,
        ..change(id, Kind::Pause, &["shop"], &[], from)
    };
    let end = Some(date(2026, 3, 31));
    let refused = |changes: &[Change]| refused(changes);
    let both = ["pause-overlaps", "pause-overlaps"];
    assert_eq!(refused(&[pause("1", SPRING, end), pause("2", date(2026, 3, 31), None)]), both);
    assert_eq!(refused(&[pause("1", SPRING, None), pause("2", SUMMER, None)]), both);
    // One within another leaves the longer one running.
    let within =
        [pause("1", SPRING, Some(SUMMER)), pause("2", date(2026, 3, 10), end), pause("3", SUMMER, None)];
    assert_eq!(refused(&within).len(), 4);
    // The day after, after it was lifted, or of another item.
    assert_eq!(refused(&[pause("1", SPRING, end), pause("2", date(2026, 4, 1), None)]), [""; 0]);
    let lifted = [
        pause("1", SPRING, None),
        change("2", Kind::Resume, &["shop"], &[], date(2026, 4, 1)),
        pause("3", SUMMER, None),
    ];
    assert_eq!(refused(&lifted), [""; 0]);
    let other = Change { from: vec!["old".into()], ..pause("2", SPRING, None) };
    assert_eq!(refused(&[pause("1", SPRING, None), other]), [""; 0]);
}

#[test]
fn splitting_and_merging_in_a_circle_is_refused() {
    let circle = [
        change("1", Kind::Split, &["shop"], &[("a", ""), ("b", "")], SPRING),
        change("2", Kind::Merge, &["a", "b"], &[("shop", "")], SUMMER),
    ];
    let rules = refused(&circle);
    assert!(rules.iter().filter(|rule| **rule == "change-cycle").count() == 2, "{rules:?}");
}

#[test]
fn an_item_with_open_cases_ends_only_with_a_plan_for_them() {
    let cancel = change("1", Kind::Cancel, &["old"], &[], SPRING);
    assert_eq!(refused(std::slice::from_ref(&cancel)), ["cancelled-with-open-cases"]);
    let planned = Change { open_cases: OpenCases::FinishUnderOld, ..cancel };
    assert_eq!(refused(&[planned]), Vec::<&str>::new());
}

#[test]
fn the_last_day_of_a_pause_is_still_paused() {
    let pause = Change { until: Some(date(2026, 3, 31)), ..change("1", Kind::Pause, &["shop"], &[], SPRING) };
    let all = [pause];
    let on = |day| standing(&all, "shop", day).takes_applications();
    assert!(on(date(2026, 2, 28)) && !on(SPRING) && !on(date(2026, 3, 31)) && on(date(2026, 4, 1)));
}

#[test]
fn a_planned_end_is_announced_and_then_holds() {
    let all = [change("1", Kind::Cancel, &["shop"], &[], SUMMER)];
    let before = standing(&all, "shop", SPRING);
    assert!(before.takes_applications() && before.says().unwrap().contains("2026年6月1日"));
    let after = standing(&all, "shop", SUMMER);
    assert!(!after.takes_applications() && after.says().unwrap().contains("已经取消"));
}

#[test]
fn what_nobody_reviewed_has_no_effect() {
    let draft = Change {
        reviewed_by: String::new(),
        reviewed_on: None,
        ..change("1", Kind::Cancel, &["shop"], &[], SPRING)
    };
    assert_eq!(standing(&[draft], "shop", SUMMER), Standing::InForce { ends: None });
}

#[test]
fn a_new_item_is_not_yet_there_before_its_day() {
    let all = [change("1", Kind::Add, &[], &[("a", "")], SPRING)];
    assert!(!standing(&all, "a", date(2026, 2, 28)).takes_applications());
    assert!(standing(&all, "a", SPRING).takes_applications());
}
