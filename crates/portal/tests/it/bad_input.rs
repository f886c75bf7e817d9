//! What people type and upload by mistake, and what machines do to forms. Nobody loses what was typed, nothing happens twice.

use crate::town::desk::{BUREAU_HEAD, CLERK};
use crate::town::{Draft, PICTURE, Page, Shop, Town, picture};

told_on_both!(
    a_credit_code_that_fails_its_check_is_warned_about_and_confirmed_by_the_officer,
    an_id_number_that_fails_its_check_is_refused,
    days_that_no_calendar_has_are_refused,
    rare_characters_stand_on_the_paper_and_emoji_are_refused,
    files_are_what_they_are_and_not_what_they_are_called,
    a_photo_of_fifty_megabytes_is_refused_with_a_way_out,
    a_file_name_leads_nowhere,
    a_session_that_ended_while_typing_loses_nothing,
    a_double_click_makes_one_case,
    the_back_button_and_a_second_tab_make_no_second_case,
    a_replayed_step_is_told_who_was_first,
    a_step_out_of_order_says_what_is_possible_now,
);

async fn a_credit_code_that_fails_its_check_is_warned_about_and_confirmed_by_the_officer(town: &Town) {
    // Codes with wrong check characters are really in use, so the paper decides and not the arithmetic.
    let shop = Shop::number(1).with("credit_code", "92990101MA0DEM0130");
    let draft = town.begins("liming").await;
    draft.fills_in(&shop).await.must_be(200);
    draft.uploads_everything().await;
    let page = draft.goes_to_confirm().await;
    page.must_say("请再核对一下");
    let case = draft.sends().await;

    let unconfirmed = town.takes(CLERK, &case, "accept", &[]).await;
    unconfirmed.must_be(422).must_say("请核对后勾选");
    town.takes(CLERK, &case, "accept", &[("confirm-0", "yes")]).await.must_say("已受理");
}

async fn an_id_number_that_fails_its_check_is_refused(town: &Town) {
    let draft = town.begins("liming").await;
    let page = draft.fills_in(&Shop::number(1).with("principal_id", "990101198704122150")).await;
    page.must_be(422);
    assert!(page.html().contains("e-principal_id"), "the fault stands at its field:\n{}", page.words());
    let kept = page.form_with("business_name");
    assert_eq!(kept.value("business_name"), "城中区李明便利店1分店", "the rest is kept");
    assert_eq!(
        kept.value("principal_id"),
        "990101198704122150",
        "what is wrong can be corrected where it stands"
    );
}

async fn days_that_no_calendar_has_are_refused(town: &Town) {
    let draft = town.begins("liming").await;
    for day in ["2026-02-30", "2026-13-01", "0000-00-00", "昨天", "99999999999999"] {
        let page = draft.fills_in(&Shop::number(1).with("lease_from", day)).await;
        page.must_be(422);
        assert!(page.html().contains("e-lease_from"), "{day}:\n{}", page.words());
    }
    let backwards = Shop::number(1).with("lease_from", "2026-09-01").with("lease_to", "2026-08-31");
    draft.fills_in(&backwards).await.must_be(422);
    draft.fills_in(&Shop::number(1).with("lease_from", "2024-02-29")).await.must_be(200);
}

async fn rare_characters_stand_on_the_paper_and_emoji_are_refused(town: &Town) {
    let draft = town.begins("liming").await;
    let page = draft.fills_in(&Shop::number(1).with("business_name", "幸福😀便利店")).await;
    page.must_be(422);
    assert_eq!(page.form_with("business_name").value("business_name"), "幸福😀便利店");

    // A character that no font of ours has would be a blank on the licence; the way out is the counter.
    draft
        .fills_in(&Shop::number(1).with("business_name", "城中区\u{2a6a5}食杂店"))
        .await
        .must_be(422)
        .must_say("到窗口办理");

    // 䶮 is three bytes of UTF-8, 𬭎 is four; both stand in real names.
    let mut shop = Shop::number(1).with("principal_name", "买买提·𬭎䶮");
    shop.name = "城中区龙䶮𬭎食杂店".to_owned();
    draft.fills_in(&shop).await.must_be(200);
    draft.uploads_everything().await;
    let case = draft.sends().await;
    town.looks_at(&case, "").await.must_say("城中区龙䶮𬭎食杂店");
    let receipt = town.looks_at(&case, "/receipt").await;
    let pdf = town.at("liming").await.get(&receipt.link("下载接收凭证")).await;
    let words = crate::town::words_of(&pdf.body);
    assert!(words.contains("龙䶮𬭎食杂店"), "{words}");
}

/// Uploads and looks at the answer: refused with a reason, nothing kept.
async fn refused(draft: &Draft, name: &str, bytes: &[u8], status: u16) -> Page {
    let page = draft.uploads("principal_id_card", name, bytes).await;
    page.must_be(status);
    assert_eq!(page.all("ul.files li").len(), 0, "{name} was kept:\n{}", page.words());
    page
}

async fn files_are_what_they_are_and_not_what_they_are_called(town: &Town) {
    let draft = town.begins("liming").await;
    draft.fills_in(&Shop::number(1)).await.must_be(200);
    const HTML: &[u8] = b"<!doctype html><script>alert(1)</script>";
    const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    const ZIP: &[u8] = b"PK\x03\x04\x14\x00\x00\x00\x08\x00";
    const EICAR: &[u8] = br"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
    const HALF_PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n";
    for (name, bytes) in [
        ("身份证.jpg", HALF_PDF),
        ("身份证.jpg", HTML),
        ("身份证.png", SVG),
        ("身份证.jpg", ZIP),
        ("身份证.jpg", EICAR),
        ("身份证.jpg", b"".as_slice()),
        ("身份证.jpg", &PICTURE[..PICTURE.len() / 2]),
    ] {
        let page = refused(&draft, name, bytes, 422).await;
        assert_eq!(
            page.all("#m-principal_id_card [role=alert]").len(),
            1,
            "the reason stands at the material:\n{}",
            page.words()
        );
    }
    refused(&draft, "身份证.pdf.exe", picture("principal_id_card"), 422).await;
    draft.uploads("principal_id_card", "身份证.JPG", picture("principal_id_card")).await.must_be(200);
    let page = draft.browser.get(&draft.at("/materials")).await;
    let href = page
        .links()
        .into_iter()
        .map(|(_, href)| href)
        .find(|href| href.contains("/files/"))
        .expect("the file's link");
    let file = draft.browser.get(&href).await;
    file.must_be(200);
    assert_eq!(file.header("content-type"), "image/jpeg");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-security-policy").contains("sandbox"), "{:?}", file.headers);
    assert_eq!(file.body, picture("principal_id_card"), "byte for byte what was sent");
}

async fn a_photo_of_fifty_megabytes_is_refused_with_a_way_out(town: &Town) {
    let draft = town.begins("liming").await;
    draft.fills_in(&Shop::number(1)).await.must_be(200);
    let mut photo = PICTURE.to_vec();
    photo.resize(50 << 20, 0);
    refused(&draft, "合影.jpg", &photo, 413).await.must_say("MB");
    // Beyond what a form may carry at all the server still reads to the end, so that the page is seen.
    photo.resize(120 << 20, 0);
    refused(&draft, "合影.jpg", &photo, 413).await.must_say("MB");
    draft.uploads("principal_id_card", "合影.jpg", PICTURE).await.must_be(200);
}

async fn a_file_name_leads_nowhere(town: &Town) {
    let draft = town.begins("liming").await;
    draft.fills_in(&Shop::number(1)).await.must_be(200);
    for name in ["../../../../etc/cron.d/x.jpg", "..\\..\\x.jpg", "a/b/c.jpg", "x\u{202e}gpj.jpg", "𠮷.jpg"]
    {
        let page = draft.uploads("business_licence", name, picture("business_licence")).await;
        page.must_be(200);
        let shown = page.all("#m-business_licence .filename");
        let shown = shown.last().expect("a name");
        assert!(
            !shown.contains("..")
                && !shown.contains('/')
                && !shown.contains('\\')
                && !shown.contains('\u{202e}'),
            "{shown}"
        );
        // One file a material is enough; the next name gets its own try.
        let delete =
            page.forms().into_iter().find(|form| form.action.ends_with("/delete")).expect("a way to delete");
        draft.browser.send(delete).await.must_be(200);
    }
    let strayed: Vec<_> = std::fs::read_dir(town.folder.path()).expect("the data folder").collect();
    assert!(
        strayed.iter().all(|entry| !entry
            .as_ref()
            .is_ok_and(|one| one.file_name().to_string_lossy().contains("x.jpg")))
    );
}

async fn a_session_that_ended_while_typing_loses_nothing(town: &Town) {
    let draft = town.begins("liming").await;
    let typed = draft.form(&Shop::number(7)).await;
    town.minutes_pass(31);
    let page = draft.browser.send(typed).await;
    page.must_say("您刚才填写的内容已经保存");
    assert!(page.at.starts_with("/login"), "{}", page.at);

    let kept = town.sign_in(&draft.browser, "liming").await;
    kept.must_say("您填写的内容还在");
    let page = draft.browser.send(kept.form_with("business_name")).await;
    assert!(page.at.ends_with("/materials"), "{}:\n{}", page.at, page.words());
    let form = draft.browser.get(&draft.at("/form")).await.form_with("business_name");
    assert_eq!(form.value("business_name"), "城中区李明便利店7分店");
    assert_eq!(form.value("premises_address"), "演示市城中区桥城街道解放路107号");
}

async fn a_double_click_makes_one_case(town: &Town) {
    let draft = ready_draft(town).await;
    let form = draft.ready().await;
    let (once, twice) = tokio::join!(draft.browser.send(form.clone()), draft.browser.send(form.clone()));
    let (once, twice) = (draft.received(&once), draft.received(&twice));
    assert_eq!((&once.number, &once.id), (&twice.number, &twice.id));
    let replayed = draft.received(&draft.browser.send(form).await);
    assert_eq!(once.number, replayed.number);
    let list = town.at("liming").await.get("/me/cases").await;
    assert_eq!(list.words().matches("99010120260901").count(), 1, "{}", list.words());
}

async fn ready_draft(town: &Town) -> Draft {
    let draft = town.begins("liming").await;
    draft.fills_in(&Shop::number(1)).await.must_be(200);
    draft.uploads_everything().await;
    draft
}

async fn the_back_button_and_a_second_tab_make_no_second_case(town: &Town) {
    let draft = ready_draft(town).await;
    let other_tab = draft.form(&Shop::number(1).with("premises_area", "99")).await;
    let form = draft.ready().await;
    let case = draft.sends().await;

    // The page that the browser still has behind the receipt, and the one in the other tab.
    draft.browser.get(&draft.at("/form")).await.must_say(&case.number);
    let late = draft.browser.send(other_tab).await;
    late.must_be(409).must_say(&case.number);
    assert_eq!(draft.received(&draft.browser.send(form).await).number, case.number);
    let told = town.at("liming").await.get(&format!("/api/cases/{}/{}", case.bureau, case.id)).await.json();
    assert_eq!(told["form"]["premises_area"], "36.5", "what was sent is not changed by a page that lay open");
}

async fn a_replayed_step_is_told_who_was_first(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    let clerk = town.at(CLERK).await;
    let form = clerk.get(&case.desk("/accept")).await.form_with("seen");
    clerk.send(form.clone()).await.must_say("已受理");
    let again = clerk.send(form).await;
    again.must_be(409).must_say("雷晓东").must_say("受理");
    let papers = town.looks_at(&case, "").await;
    assert_eq!(papers.links().iter().filter(|(words, _)| words.contains("受理通知书")).count(), 1);
}

async fn a_step_out_of_order_says_what_is_possible_now(town: &Town) {
    let case = town.applies("liming", &Shop::number(1)).await;
    town.accepts(&case).await;
    let head = town.at(BUREAU_HEAD).await;
    head.get(&case.desk("/decide")).await.must_be(409).must_say("书面审查");
    // A form that somebody kept from another case, or wrote by hand.
    let form = head.get(&case.desk("/extend")).await.form_with("seen");
    let token = form.value("_csrf");
    let seen = form.value("seen");
    let typed = [("_csrf", token.as_str()), ("seen", seen.as_str()), ("outcome", "grant"), ("years", "5")];
    let refused = head.post(&case.desk("/decide"), &typed).await;
    refused.must_be(409).must_say("现在可以办理").must_say("书面审查");
    town.looks_at(&case, "").await.must_say("书面审查");
}
