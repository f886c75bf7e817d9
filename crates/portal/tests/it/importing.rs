//! Batch import at the desk: told row by row what is wrong, and taken whole or not at all.

use crate::town::{BUREAU, Town};

told_on_both!(
    a_sheet_with_every_tenth_row_wrong_is_told_row_by_row_and_taken_not_at_all,
    what_is_exported_comes_back_and_no_row_passes_for_another_bureau,
);

/// Keeps the lists of the prefecture and its counties.
const EDITOR: &str = "ds-ml";

/// The county's first row and its window for ten thousand bureaus, every tenth with a limit that is too long; only the columns
/// that must be there.
fn ten_thousand_rows(clean: &[catalog::exchange::Table]) -> Vec<catalog::exchange::Table> {
    let wanted = [
        "row_guid",
        "local_bureau",
        "local_item",
        "local_business",
        "dept_name",
        "dept_code",
        "use_level",
        "promise_day",
        "promise_explain",
        "link_way",
        "supervise_way",
        "plan_effective_date",
    ];
    let of = |name: &str| clean.iter().find(|table| table.name == name).expect("a table");
    let (basic, windows) = (of(catalog::exchange::BASIC), of(catalog::exchange::WINDOW));
    let row = |at: usize| -> Vec<String> {
        let value = |column: &&str| match *column {
            "row_guid" => format!("{at:032}"),
            "local_bureau" => format!("{:06}", 100_000 + at),
            "promise_day" if at % 10 == 9 => "99".to_owned(),
            column => basic.value(&basic.rows[0], column),
        };
        wanted.iter().map(value).collect()
    };
    let guid = windows.columns.iter().position(|one| one == "row_guid").expect("a column");
    let window = |at: usize| {
        let mut row = windows.rows[0].clone();
        row[guid] = format!("{at:032}");
        row
    };
    let columns = wanted.map(str::to_owned).into();
    let rows = |of: &dyn Fn(usize) -> Vec<String>| (0..10_000).map(of).collect();
    vec![
        catalog::exchange::Table { name: basic.name.clone(), columns, rows: rows(&row) },
        catalog::exchange::Table { rows: rows(&window), ..windows.clone() },
    ]
}

async fn a_sheet_with_every_tenth_row_wrong_is_told_row_by_row_and_taken_not_at_all(town: &Town) {
    let catalogue = town.app.part::<catalog::Catalogue>();
    let clean = catalog::exchange::tables(&catalogue, Some(BUREAU), town.today(), "1");
    let editor = town.at(EDITOR).await;
    let page = editor.get("/desk/catalog/990101/import").await;
    let form = page.form_with("effective");
    let sheet = catalog::exchange::write_xlsx(&ten_thousand_rows(&clean)).expect("a book");
    let told = editor.send(form.clone().attach("file", "a.xlsx", sheet.clone())).await;
    told.must_be(422)
        .must_say("有 1000 处要改，一行也没有导入")
        .must_say("1 至 8 个工作日")
        .must_say("承诺办结时限");
    let rows: Vec<String> = told.all("td.num");
    assert_eq!(rows.len(), 1000, "every wrong row is listed");
    assert!(rows[0] == "11" && rows[999] == "10001", "{} {}", rows[0], rows[999]);
    assert!(
        told.all("tbody th[scope=row]").iter().all(|table| table == "基本信息"),
        "in the template's words"
    );
    let book = editor.send(form.clone().set("as_workbook", "yes").attach("file", "a.xlsx", sheet)).await;
    assert!(book.must_be(200).body.starts_with(b"PK"), "all of it as a workbook");
    editor.get("/desk/catalog?bureau=990101").await.must_be(200);
    let none =
        catalog::store::texts::of_state(&mut town.app.db.clone(), BUREAU, catalog::text::State::Drafted)
            .await;
    assert!(none.expect("read").is_empty(), "nothing half imported");

    for (name, bytes, says) in [
        ("a.xls", b"MZ".to_vec(), "只收"),
        ("a.xlsx", b"MZ".to_vec(), "不是 xlsx"),
        ("a.json", b"{".to_vec(), "JSON"),
    ] {
        editor.send(form.clone().attach("file", name, bytes)).await.must_be(422).must_say(says);
    }
    let book = catalog::exchange::write_xlsx(&clean).expect("a book");
    editor.send(form.clone().attach("file", "a.xlsx", book)).await.must_be(422).must_say("和现在的一样");
    let mut moved = clean.clone();
    let phone = moved[0].columns.iter().position(|one| one == "link_way").expect("a column");
    moved[0].rows.iter_mut().for_each(|row| row[phone] = "0990-9901555".to_owned());
    let book = catalog::exchange::write_xlsx(&moved).expect("a book");
    editor.send(form.attach("file", "a.xlsx", book)).await.must_be(200).must_say("存成").must_say("批量导入");
    for (kind, head) in [("xlsx", &b"PK"[..]), ("csv", &b"PK"[..]), ("json", &b"{"[..])] {
        let out = editor.get(&format!("/desk/catalog/990101/export.{kind}")).await;
        assert!(out.must_be(200).body.starts_with(head), "{kind}");
    }
}

async fn what_is_exported_comes_back_and_no_row_passes_for_another_bureau(town: &Town) {
    let catalogue = town.app.part::<catalog::Catalogue>();
    let clean = catalog::exchange::tables(&catalogue, Some(BUREAU), town.today(), "1");
    let editor = town.at(EDITOR).await;
    let page = editor.get("/desk/catalog/990101/import").await;
    let form = page.form_with("effective");
    let archive = editor.get("/desk/catalog/990101/export.csv").await.must_be(200).body.clone();
    let back = editor.send(form.clone().attach("file", "a.zip", archive)).await;
    back.must_be(422).must_say("和现在的一样");
    editor
        .send(form.clone().attach("file", "a.zip", b"MZ".to_vec()))
        .await
        .must_be(422)
        .must_say("压缩包打不开");

    let own = editor.get("/desk/catalog/990101/export.json").await.must_be(200).body.clone();
    let whole: serde_json::Value = serde_json::from_slice(&own).expect("JSON");
    let locals = whole["locals"].as_array().expect("lists");
    assert!(!locals.is_empty() && locals.iter().all(|one| one["local"]["bureau"] == BUREAU), "its own only");
    editor
        .send(form.clone().attach("file", "a.json", own.clone()))
        .await
        .must_be(422)
        .must_say("和现在的一样");
    let moved = String::from_utf8(own.to_vec()).expect("UTF-8").replace("0990-9901010", "0990-9901555");
    editor
        .send(form.clone().attach("file", "a.json", moved.clone().into_bytes()))
        .await
        .must_be(200)
        .must_say("存成 1 份草稿");
    // On another county's page it is told by the bureau's name.
    let elsewhere = editor.get("/desk/catalog/990102/import").await.form_with("effective");
    let told = editor.send(elsewhere.attach("file", "a.json", moved.into_bytes())).await;
    told.must_be(422).must_say("城中区烟草专卖局").must_say("不是本页这个单位的清单");
    assert!(!told.says("places/"), "{}", told.words());

    let with = |column: &str, value: &str| {
        let mut posing = clean.clone();
        let at = posing[0].columns.iter().position(|one| one == column).expect("a column");
        posing[0].rows[0][at] = value.to_owned();
        catalog::exchange::write_xlsx(&posing).expect("a book")
    };
    let other = form.clone().attach("file", "a.xlsx", with("local_bureau", "990102"));
    editor.send(other).await.must_be(422).must_say("单位 990102 登记的名称是");
    let nobody = form.clone().attach("file", "a.xlsx", with("local_bureau", "990199"));
    editor.send(nobody).await.must_be(422).must_say("没有单位代码是“990199”的单位");
    let other = form.attach("file", "a.xlsx", with("dept_name", "高新区烟草专卖局"));
    editor.send(other).await.must_be(422).must_say("单位 990101 登记的名称是");
}
