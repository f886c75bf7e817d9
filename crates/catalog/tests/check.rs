//! What people type into the form of 新办, and what becomes of it.

use catalog::{Catalogue, Checked, FormSpec, Values, check, materials_for};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2026, 2, 9);

fn form() -> FormSpec {
    let catalogue = Catalogue::embedded().unwrap();
    catalogue.item("retail-licence").unwrap().business("新办").unwrap().form.clone()
}

/// The filled example with some values replaced.
fn with(changes: &[(&str, &str)]) -> (FormSpec, Values) {
    let form = form();
    let mut values = form.example();
    for (key, value) in changes {
        assert!(form.field(key).is_some(), "no field {key}");
        values.insert((*key).to_owned(), (*value).to_owned());
    }
    (form, values)
}

fn checked(changes: &[(&str, &str)]) -> Checked {
    let (form, values) = with(changes);
    check(&form, &values, TODAY)
}

/// The keys refused after one change.
fn refused(key: &str, value: &str) -> Vec<String> {
    checked(&[(key, value)]).errors.into_iter().map(|fault| fault.key).collect()
}

#[track_caller]
fn stored(key: &str, typed: &str, kept: &str) {
    let checked = checked(&[(key, typed)]);
    assert!(checked.error(key).is_none(), "{key}={typed}: {:?}", checked.error(key));
    assert_eq!(checked.values[key], kept, "{key}={typed}");
}

#[test]
fn the_filled_example_passes() {
    let checked = checked(&[]);
    assert_eq!(checked.errors, []);
    assert_eq!(checked.warnings, []);
}

#[test]
fn what_keyboards_do_is_undone() {
    stored("contact_phone", " １３９ ０００００００１ ", "13900000001");
    stored("contact_phone", "+86 139-0000-0001", "13900000001");
    stored("principal_id", "99010119880512002４", "990101198805120024");
    stored("credit_code", "92990101ma0dem013q", "92990101MA0DEM013Q");
    stored("premises_area", "３６．５０ 平方米", "36.5");
    stored("lease_to", "2029年12月31日", "2029-12-31");
    stored("lease_to", "20291231", "2029-12-31");
    stored("lease_to", "2029/12/31", "2029-12-31");
    stored("premises_location", "30.5，115.0012345", "30.5000000,115.0012345");
    stored("premises_location", "115.0012345,30.5", "30.5000000,115.0012345");
    stored("principal_name", "  阿卜杜拉•买买提 ", "阿卜杜拉·买买提");
    stored("scope", "电子烟产品零售", "ecig");
    stored("separate_from_home", "是", "yes");
}

#[test]
fn rare_characters_pass_and_decomposed_ones_are_composed() {
    for name in ["䶮㛃", "喆骉犇", "𬭎某", "𠮷野家"] {
        stored("principal_name", name, name);
    }
    stored("business_name", "Cafe\u{301} 烟酒店", "Café 烟酒店");
}

#[test]
fn what_cannot_stand_on_a_licence_is_refused() {
    for name in ["旺角😀便利店", "旺角❤店", "旺角\u{1F1E8}\u{1F1F3}店", "旺角\u{E123}店"] {
        assert_eq!(refused("business_name", name), ["business_name"], "{name}");
    }
    // A direction override is dropped, not kept: it would turn the printed name round.
    stored("business_name", "旺角\u{202E}店", "旺角店");
    let long = "店".repeat(101);
    assert_eq!(refused("business_name", &long), ["business_name"]);
}

#[test]
fn a_wrong_credit_code_digit_only_warns() {
    // Real codes fail their own check digit, e.g. 91350211M0000XUF46; an officer confirms them.
    let checked = checked(&[("credit_code", "91350211M0000XUF46"), ("applicant_kind", "enterprise")]);
    assert_eq!(checked.errors, []);
    assert_eq!(checked.warnings.len(), 1);
    assert_eq!(checked.warnings[0].key, "credit_code");
    assert_eq!(checked.values["credit_code"], "91350211M0000XUF46");
    assert_eq!(refused("credit_code", "92990101MA0DEM013"), ["credit_code"]);
    assert_eq!(refused("credit_code", "92990101MA0DEMO13Q"), ["credit_code"]);
}

#[test]
fn the_kind_of_applicant_is_held_against_the_code() {
    let checked = checked(&[("applicant_kind", "enterprise"), ("economic_type", "1407")]);
    assert_eq!(checked.errors, []);
    assert_eq!(checked.warnings[0].key, "applicant_kind");
}

#[test]
fn a_wrong_id_digit_is_refused() {
    assert_eq!(refused("principal_id", "990101198805120025"), ["principal_id"]);
    assert_eq!(refused("principal_id", "990101198802300028"), ["principal_id"]);
    assert_eq!(refused("principal_id", "99010119880512002"), ["principal_id"]);
    let fault = checked(&[("principal_id", "990101198805120025")]).errors.remove(0);
    assert!(fault.says.contains('4') && fault.next.contains("窗口"), "{fault:?}");
}

#[test]
fn impossible_and_passed_dates_are_refused() {
    for day in ["2027-02-29", "2026-13-01", "2026-00-10", "31/12/2026", "明年", "2026-12"] {
        assert_eq!(refused("lease_to", day), ["lease_to"], "{day}");
    }
    assert_eq!(refused("lease_to", "2026-02-08"), ["lease_to"]);
    stored("lease_to", "2026-02-09", "2026-02-09");
    // Earlier than its beginning.
    assert_eq!(
        checked(&[("lease_from", "2027-01-01"), ("lease_to", "2026-12-31")]).errors[0].key,
        "lease_to"
    );
}

#[test]
fn numbers_phones_and_places_must_be_possible() {
    for area in ["0", "-3", "三十六", "1e3", "36.555", "9999999"] {
        assert_eq!(refused("premises_area", area), ["premises_area"], "{area}");
    }
    for phone in ["1390000000", "139000000011", "23900000001", "0990-9901010"] {
        assert_eq!(refused("contact_phone", phone), ["contact_phone"], "{phone}");
    }
    for place in ["115.0,115.0", "0,0", "115.0", "north,east", "30.1,200.1"] {
        assert_eq!(refused("premises_location", place), ["premises_location"], "{place}");
    }
    assert_eq!(refused("scope", "tea"), ["scope"]);
}

#[test]
fn fields_are_asked_only_when_they_matter() {
    let own = checked(&[("premises_ownership", "2501")]);
    assert_eq!(own.errors, []);
    assert!(!own.values.contains_key("lease_to"), "an owner has no lease");

    let agent = checked(&[("by_agent", "yes"), ("agent_name", "")]);
    assert_eq!(agent.errors.iter().map(|fault| fault.key.as_str()).collect::<Vec<_>>(), ["agent_name"]);

    let (form, mut values) = with(&[]);
    values.insert("smuggled".to_owned(), "x".to_owned());
    values.remove("contact_phone");
    let checked = check(&form, &values, TODAY);
    assert!(!checked.values.contains_key("smuggled"));
    assert_eq!(checked.errors[0].key, "contact_phone");
    assert!(checked.errors[0].says.contains("还没有填写"));
}

#[test]
fn materials_follow_the_answers() {
    let catalogue = Catalogue::embedded().unwrap();
    let new = catalogue.item("retail-licence").unwrap().business("XB").unwrap();
    let keys = |changes: &[(&str, &str)]| -> Vec<String> {
        let (_, values) = with(changes);
        materials_for(new, &values).into_iter().map(|material| material.key.clone()).collect()
    };
    assert_eq!(keys(&[]), ["application_form", "business_licence", "principal_id_card", "premises_proof"]);
    assert!(keys(&[("by_agent", "yes")]).ends_with(&["power_of_attorney".into(), "agent_id_card".into()]));
    assert!(keys(&[("special_group", "disabled")]).contains(&"special_group_proof".to_owned()));
    let (_, values) = with(&[("by_agent", "yes")]);
    let must: Vec<&str> = new
        .materials
        .iter()
        .filter(|material| material.must_be_uploaded(&values))
        .map(|material| material.key.as_str())
        .collect();
    assert_eq!(must, ["business_licence", "principal_id_card", "power_of_attorney", "agent_id_card"]);
}

#[test]
fn every_example_of_every_type_passes() {
    let catalogue = Catalogue::embedded().unwrap();
    for business in &catalogue.item("retail-licence").unwrap().types {
        let checked = check(&business.form, &business.form.example(), TODAY);
        assert_eq!(checked.errors, [], "{}", business.name);
    }
}

proptest! {
    /// Whatever is typed: no panic, only asked fields are kept, and what was kept is kept again unchanged.
    #[test]
    fn checking_twice_changes_nothing(typed in proptest::collection::vec(".{0,60}", 40)) {
        let form = form();
        let values: Values =
            form.fields().zip(typed).map(|(field, value)| (field.key.clone(), value)).collect();
        let once = check(&form, &values, TODAY);
        let twice = check(&form, &once.values, TODAY);
        prop_assert_eq!(&once.values, &twice.values);
        prop_assert_eq!(once.errors, twice.errors);
        for key in once.values.keys() {
            prop_assert!(form.field(key).unwrap().asked(&once.values));
        }
    }
}
