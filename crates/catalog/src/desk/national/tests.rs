use super::*;
use crate::desk::sheet::fresh;
use crate::lint::Finding;
use crate::shelf_use::records;
use crate::text;
use crate::text::says_anything_new;

/// As a browser sends what a form held: line ends its own way, white space at the ends gone.
fn sent(mut fields: Fields) -> Fields {
    for value in fields.0.values_mut().flatten() {
        *value = value.trim().replace('\n', "\r\n");
    }
    fields
}

fn chosen(catalogue: &Catalogue, item: &str, part: &str) -> Chosen {
    Chosen::of(catalogue, catalogue.item(item).unwrap(), part).unwrap()
}

/// What the part's file becomes with these fields in place of those that stand in the form.
fn changed(item: &str, part: &str, fields: &[(&str, &str)]) -> (Catalogue, Problems) {
    let catalogue = Catalogue::embedded().unwrap();
    let chosen = chosen(&catalogue, item, part);
    let mut typed = sent(chosen.typed(&catalogue).unwrap());
    for (name, value) in fields {
        typed.0.insert((*name).to_owned(), vec![(*value).to_owned()]);
    }
    let mut problems = Problems::none();
    let file = chosen.read(&catalogue, catalogue.item(item).unwrap(), &typed, &mut problems).unwrap();
    let next = catalogue.with_files(&[file]).unwrap_or_else(|fault| panic!("{fault}"));
    (next, problems)
}

#[test]
fn a_form_sent_as_it_came_says_nothing_new() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut parts = 0;
    for item in catalogue.items() {
        for (id, label, _) in menu(&catalogue, item, None).into_iter().flat_map(|menu| menu.parts) {
            let chosen = Chosen::of(&catalogue, item, &id).unwrap();
            let mut problems = Problems::none();
            let typed = sent(chosen.typed(&catalogue).unwrap());
            let file = chosen.read(&catalogue, item, &typed, &mut problems).unwrap();
            assert!(problems.is_empty(), "{} {label}: {problems:?}", item.slug);
            assert!(!says_anything_new(&catalogue, &file), "{} {id}: {}", item.slug, file.text);
            parts += 1;
        }
    }
    assert!(parts > 200, "{parts}");
}

#[test]
fn every_choice_that_stands_in_a_file_is_offered_by_its_form() {
    let catalogue = Catalogue::embedded().unwrap();
    for item in catalogue.items() {
        for (id, ..) in menu(&catalogue, item, None).into_iter().flat_map(|menu| menu.parts) {
            let chosen = Chosen::of(&catalogue, item, &id).unwrap();
            let typed = chosen.typed(&catalogue).unwrap();
            let groups = chosen.groups(&catalogue, item, "", &typed, &Problems::none()).unwrap();
            for field in groups.iter().flat_map(|group| &group.fields).filter(|one| !one.options.is_empty()) {
                for value in field.values.iter().filter(|value| !value.is_empty()) {
                    let (_, label) = field.options.iter().find(|(code, _)| code == value).unwrap();
                    assert!(!label.starts_with("保持原来的"), "{} {id} {}: {label}", item.slug, field.name);
                }
            }
        }
    }
}

#[test]
fn a_record_sent_as_it_came_stays_as_it_is() {
    let catalogue = Catalogue::embedded().unwrap();
    let all = records(&catalogue);
    assert!(all.len() > 60, "{}", all.len());
    for record in all {
        let business = record.used.iter().find_map(|(_, business)| *business);
        let situations = business.map(situations).unwrap_or_default();
        let choices = Choices { situations, ..Choices::default() };
        let sheet = sheet_of(record.kind, &choices);
        let mut problems = Problems::none();
        let next = sheet.read(&record.table, &sent(sheet.typed(&record.table)), &mut problems);
        assert!(
            problems.is_empty() && next == record.table,
            "{} {}: {problems:?}\n{next}",
            record.file,
            record.key
        );
    }
}

#[test]
fn limits_notices_and_words_change_where_they_stand() {
    let (next, problems) = changed("retail-licence", "xinban.limits", &[("limits-promised", "6")]);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(next.item("retail-licence").unwrap().business("xinban").unwrap().limits.promised, 6);
    let (next, _) = changed("retail-licence", "xinban.about", &[("notices", "第一条\r\n\r\n第二条")]);
    let business = next.item("retail-licence").unwrap().business("xinban").unwrap().clone();
    assert_eq!(business.notices, ["第一条", "第二条"]);
    let (_, problems) = changed("retail-licence", "xinban.limits", &[("limits-promised", "21")]);
    assert!(problems.at("limits-promised").unwrap().contains("比法定的长"), "{problems:?}");
    let (_, problems) = changed("retail-licence", "duty", &[("organ", ""), ("visits", "ten")]);
    assert!(problems.at("organ").is_some() && problems.at("visits").is_some(), "{problems:?}");
}

#[test]
fn a_provision_is_cited_without_its_version_and_only_when_its_text_is_kept() {
    for (written, kept) in [
        ("烟草专卖法 第十六条", "烟草专卖法@2015-04-24 第十六条"),
        ("《烟草专卖法实施条例》第九条", "烟草专卖法实施条例@2023-07-20 第九条"),
        ("烟草专卖法实施条例@2021-11-10 第六十五条", "烟草专卖法实施条例@2021-11-10 第六十五条"),
    ] {
        let (next, problems) = changed("retail-licence", "basis", &[("basis-0-cite", written)]);
        assert!(problems.is_empty(), "{written}: {problems:?}");
        assert_eq!(next.item("retail-licence").unwrap().basis[0].cite.written(), kept);
    }
    for (written, says) in [
        ("烟草管理条例 第三条", "法规库里没有《烟草管理条例》"),
        ("烟草专卖法 第三", "读不出是哪一条"),
        ("烟草专卖法 第九百条", "没有收《烟草专卖法》（2015-04-24）的第九百条"),
    ] {
        let (_, problems) = changed("retail-licence", "basis", &[("basis-0-cite", written)]);
        assert!(problems.at("basis-0-cite").unwrap().contains(says), "{written}: {problems:?}");
    }
}

#[test]
fn parts_of_a_list_are_added_moved_and_taken_out() {
    let before = Catalogue::embedded().unwrap();
    let item = before.item("retail-licence").unwrap();
    let says = |item: &Item| -> Vec<String> {
        item.business("xinban").unwrap().conditions.iter().map(|one| one.says.clone()).collect()
    };
    let old = says(item);
    let spare = format!("condition-{}", old.len());
    let (next, problems) = changed(
        "retail-licence",
        "xinban.conditions",
        &[
            ("condition-0-at", ""),
            ("condition-1-at", "9"),
            (&format!("{spare}-says"), "有必要的消防设施"),
            (&format!("{spare}-cite"), "烟草专卖法实施条例 第九条"),
            (&format!("{spare}-at"), "1"),
        ],
    );
    assert!(problems.is_empty(), "{problems:?}");
    let new = says(next.item("retail-licence").unwrap());
    assert_eq!(new[0], "有必要的消防设施");
    assert_eq!(new.last(), Some(&old[1]));
    assert_eq!(new.len(), old.len());
    assert!(!new.contains(&old[0]));
    let lost: Vec<&Option<crate::form::Cond>> = next
        .item("retail-licence")
        .unwrap()
        .business("xinban")
        .unwrap()
        .conditions
        .iter()
        .map(|one| &one.when)
        .collect();
    assert_eq!(lost.iter().filter(|when| when.is_some()).count(), 2, "what hung on a situation still does");
}

#[test]
fn a_shared_record_takes_its_place_in_a_list_that_had_no_keys() {
    let old = Catalogue::embedded()
        .unwrap()
        .item("retail-licence")
        .unwrap()
        .business("xinban")
        .unwrap()
        .conditions
        .len();
    let row = format!("condition-{old}");
    let (next, problems) =
        changed("retail-licence", "xinban.conditions", &[(&format!("{row}-use"), "truthful")]);
    assert!(problems.is_empty(), "{problems:?}");
    let business = next.item("retail-licence").unwrap().business("xinban").unwrap().clone();
    assert_eq!(business.conditions.len(), old + 1);
    assert_eq!(business.conditions.last().unwrap().key, "truthful");
    assert!(records(&next).iter().any(|one| {
        one.key == "truthful" && one.used.iter().any(|(item, _)| item.slug == "retail-licence")
    }));
    let (_, problems) = changed("retail-licence", "xinban.conditions", &[(&format!("{row}-use"), "nobody")]);
    assert!(problems.at(&format!("{row}-use")).is_some(), "{problems:?}");
    // Once more, now written out instead: its own fields are asked for.
    let chosen = chosen(&next, "retail-licence", "xinban.conditions");
    let mut typed = sent(chosen.typed(&next).unwrap());
    typed.0.insert(format!("{row}-use"), vec![String::new()]);
    let mut problems = Problems::none();
    chosen.read(&next, next.item("retail-licence").unwrap(), &typed, &mut problems).unwrap();
    assert!(problems.at(&format!("{row}-says")).is_some(), "{problems:?}");
}

#[test]
fn materials_are_chosen_from_the_type_and_from_the_shelf() {
    let (next, problems) = changed(
        "retail-licence",
        "xinban.materials",
        &[("material-3-at", ""), ("material-7-use", "licence_copies"), ("material-0-at", "30")],
    );
    let known = Catalogue::embedded().unwrap();
    let offered = offered(&known, known.item("retail-licence").unwrap(), Kind::Material);
    if !offered.iter().any(|(key, _)| key == "licence_copies") {
        assert!(problems.at("material-7-use").is_some());
    }
    let keys: Vec<String> = next
        .item("retail-licence")
        .unwrap()
        .business("xinban")
        .unwrap()
        .materials
        .iter()
        .map(|one| one.key.clone())
        .collect();
    assert!(!keys.contains(&"premises_proof".to_owned()), "{keys:?}");
    assert_eq!(keys.iter().position(|one| one == "application_form"), Some(keys.len() - 1), "{keys:?}");
}

#[test]
fn an_online_form_is_closed_with_words_and_opened_by_nobody() {
    let (_, problems) = changed("retail-licence", "xinban.about", &[("open", "later")]);
    assert!(problems.at("open").unwrap().contains("什么时候开通"));
    let says = "系统升级，2027年1月恢复网上申请。现在请到窗口办理。";
    let (next, problems) =
        changed("retail-licence", "xinban.about", &[("open", "later"), ("open-text", says)]);
    assert!(problems.is_empty(), "{problems:?}");
    assert!(!next.item("retail-licence").unwrap().business("xinban").unwrap().is_open());
    let (_, problems) = changed("leaf-station", "shenqing.about", &[("open", "now")]);
    assert!(problems.at("open").unwrap().contains("受理流程"), "{problems:?}");
}

#[test]
fn what_contradicts_another_part_is_kept_and_told_by_the_linter() {
    let (next, problems) = changed("retail-licence", "basis", &[("fees-charged", "yes")]);
    assert!(problems.is_empty(), "{problems:?}");
    let known = Catalogue::embedded().unwrap();
    let file = next.file("items/retail-licence/item.toml").unwrap().clone();
    let told: Vec<Finding> = text::findings(&known, &next, crate::catalogue::NATION, &[file]);
    assert!(told.iter().any(|one| one.rule == "fee-unexplained"), "{told:?}");
}

#[test]
fn new_keys_are_nobody_elses() {
    let mut taken = ["step_1".to_owned(), "step_2".to_owned()].into();
    assert_eq!(fresh("step", &mut taken), "step_3");
    assert_eq!(fresh("step", &mut taken), "step_4");
}

#[test]
fn there_is_no_part_that_an_item_does_not_have() {
    let catalogue = Catalogue::embedded().unwrap();
    let item = catalogue.item("retail-licence").unwrap();
    for part in ["nothing", "xinban", "xinban.nothing", "nothing.limits", "../etc", "basis.limits"] {
        assert!(Chosen::of(&catalogue, item, part).is_none(), "{part}");
    }
}
