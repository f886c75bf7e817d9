//! The editor's desk through its pages: forms, bad input, two editors, attachments, strangers.

use super::*;
use db::Exec;

const PLACE: &str = "/desk/disclosure";

fn typed<'a>(title: &'a str, body: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", "notice"),
        ("title", title),
        ("organ", "城中区烟草专卖局"),
        ("made_on", "2026-11-25"),
        ("body", body),
    ]
}

#[tokio::test]
async fn an_article_is_written_previewed_reviewed_and_published_on_its_pages() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let (mut writer, mut reviewer) = (office.at("writer").await, office.at("reviewer").await);
        assert!(writer.get(PLACE).await.says("起草信息"));
        writer.get(&format!("{PLACE}/new")).await;
        let preview = [typed("搬迁公告", "# 地址\n二楼"), vec![("do", "preview")]].concat();
        let seen = writer.post(&format!("{PLACE}/new"), &preview).await;
        assert!(seen.says("<h2>地址</h2>") && seen.says("还没有保存"), "{}", seen.text());
        let seen = writer.post(&format!("{PLACE}/new"), &typed("搬迁公告", "# 地址\n二楼")).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
        let place = seen.location().to_owned();
        let key = writer.get(&format!("{PLACE}/new")).await.field("key").unwrap();
        let twice = [typed("点了两下", "正文"), vec![("key", key.as_str())]].concat();
        let first = writer.post(&format!("{PLACE}/new"), &twice).await;
        let second = writer.post(&format!("{PLACE}/new"), &twice).await;
        assert_eq!(first.location(), second.location());
        assert_ne!(first.location(), place);
        assert!(presses(&mut writer, &place, "submit", &[]).await.says("待审核"));
        let own = presses(&mut writer, &place, "approve", &[]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN);
        assert!(reviewer.get("/me/messages").await.says("有信息公开稿件等您审核"));
        let seen = presses(&mut reviewer, &place, "return", &[("why", "标题写全称")]).await;
        assert!(seen.says("标题写全称"), "{}", seen.text());
        assert!(presses(&mut writer, &place, "submit", &[]).await.says("待审核"));
        let later = presses(&mut reviewer, &place, "approve", &[("at", "2026-11-26T08:30")]).await;
        assert!(later.says("2026-11-26 08:30发布"), "{}", later.text());
        assert!(writer.get(&format!("{PLACE}/calendar")).await.says("自动发布"));
        let stale = reviewer.post(&format!("{place}/withdraw"), &[("version", "1"), ("why", "错了")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        office.hours_pass(24);
        office.round().await;
        let (mut reviewer, mut visitor) = (office.at("reviewer").await, office.visitor());
        assert!(visitor.get("/disclosure").await.says("搬迁公告"));
        assert!(presses(&mut reviewer, &place, "withdraw", &[("why", "")]).await.says("请简要写明理由"));
        assert!(presses(&mut reviewer, &place, "withdraw", &[("why", "地址写错了")]).await.says("已撤回"));
        assert!(!visitor.get("/disclosure").await.says("搬迁公告"));
    });
}

#[tokio::test]
async fn of_two_editors_the_second_is_told_who_and_when_and_keeps_the_own_text() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let draft = office.draft(notice("两个人改")).await;
        let place = format!("{PLACE}/{BUREAU}/{}", draft.id);
        let (mut first, mut second) = (office.at("writer").await, office.at("second").await);
        first.get(&format!("{place}/edit")).await;
        second.get(&format!("{place}/edit")).await;
        let fields = |body: &'static str, summary: &'static str| {
            [typed("两个人改", body), vec![("version", "1"), ("summary", summary)]].concat()
        };
        let saved = first.post(&format!("{place}/edit"), &fields("第一个人的正文", "第一个人的摘要")).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        let told = second.post(&format!("{place}/edit"), &fields("第二个人的正文", "第二个人的摘要")).await;
        assert_eq!(told.status, StatusCode::CONFLICT);
        for words in [
            "测writer在2026-11-25 09:00先保存了",
            "<mark>第一个人的正文</mark>",
            "<mark>第二个人的正文</mark>",
            "<mark>第一个人的摘要</mark>",
            "<mark>第二个人的摘要</mark>",
        ] {
            assert!(told.says(words), "{words}: {}", told.text());
        }
        // What both have alike is not told; what the second typed stands in the form.
        assert!(!told.says("<th scope=\"row\" data-label=\"栏目\">标题</th>"), "{}", told.text());
        assert!(
            told.says("第二个人的摘要</textarea>") && told.says("第二个人的正文</textarea>"),
            "{}",
            told.text()
        );
        assert_eq!(office.now(&draft).await.content.body, "第一个人的正文");
        // Having seen the other's text, the second saves over it.
        assert_eq!(told.field("version").as_deref(), Some("2"));
        let again = [typed("两个人改", "合起来的正文"), vec![("version", "2")]].concat();
        assert_eq!(second.post(&format!("{place}/edit"), &again).await.status, StatusCode::SEE_OTHER);
        assert_eq!(office.now(&draft).await.content.body, "合起来的正文");
    });
}

#[tokio::test]
async fn what_can_not_be_saved_any_more_comes_back_with_the_reason_and_what_was_typed() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let sent = office.submitted(notice("已经提交")).await;
        let mut second = office.at("second").await;
        let place = format!("{PLACE}/{BUREAU}/{}/edit", sent.id);
        second.get("/me").await;
        let version = sent.version.to_string();
        let late = [typed("已经提交", "晚写的正文"), vec![("version", version.as_str())]].concat();
        let told = second.post(&place, &late).await;
        assert_eq!(told.status, StatusCode::CONFLICT);
        assert!(told.says("没有保存") && told.says("待审核") && told.says("晚写的正文"), "{}", told.text());
    });
}

#[tokio::test]
async fn a_document_number_is_one_documents_and_stays_its_own() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let numbered = |title: &str, number: &str| Content { doc_number: number.into(), ..notice(title) };
        let first = office.public(numbered("第一份", "城中烟发〔2026〕12号")).await;
        let mut writer = office.at("writer").await;
        writer.get(&format!("{PLACE}/new")).await;
        let with = |title: &'static str, number: &'static str| {
            [typed(title, "第二份的正文"), vec![("doc_number", number)]].concat()
        };
        let told = writer.post(&format!("{PLACE}/new"), &with("第二份", "城中烟发[2026] 12号")).await;
        assert_eq!(told.status, StatusCode::CONFLICT);
        for words in ["已经用在《第一份》上", "第二份的正文", "城中烟发[2026] 12号"] {
            assert!(told.says(words), "{words}: {}", told.text());
        }
        let other = writer.post(&format!("{PLACE}/new"), &with("第二份", "城中烟发〔2026〕13号")).await;
        let place = other.location().to_owned();
        let taken = [with("第二份", "城中烟发〔2026〕12号"), vec![("version", "1")]].concat();
        let told = writer.post(&format!("{place}/edit"), &taken).await;
        assert!(told.status == StatusCode::CONFLICT && told.says("《第一份》"), "{}", told.text());

        // A new edition keeps the number, and so does a repealed text; another bureau counts for itself.
        let by = office.by(&office.writer);
        let edition = Content { body: "新的正文".into(), ..first.content.clone() };
        let now = office.now(&first).await;
        let edited =
            actions::save(&office.app, &by, (BUREAU, &first.id), now.version, edition).await.unwrap();
        let moved = numbered("第一份", "城中烟发〔2026〕14号");
        let edited =
            actions::save(&office.app, &by, (BUREAU, &first.id), edited.version, moved).await.unwrap();
        let again =
            actions::create(&office.app, &by, BUREAU, numbered("第三份", "城中烟发〔2026〕12号")).await;
        assert!(matches!(again, Err(Fault::NumberTaken { .. })), "the public still has it: {again:?}");
        office.take(&office.writer, &edited, Step::Discard).await.unwrap();
        let freed = numbered("第三份", "城中烟发〔2026〕14号");
        let third = actions::create(&office.app, &by, BUREAU, freed.clone()).await.unwrap();
        actions::create(&office.app, &by, "990102", freed.clone()).await.unwrap();
        // A draft that is discarded gives its number up; taken up again, it must have one of its own.
        office.take(&office.writer, &third, Step::Discard).await.unwrap();
        actions::create(&office.app, &by, BUREAU, freed.clone()).await.unwrap();
        let third = office.now(&third).await;
        let back = actions::save(&office.app, &by, (BUREAU, &third.id), third.version, freed).await;
        assert!(matches!(back, Err(Fault::NumberTaken { .. })), "{back:?}");
    });
}

#[tokio::test]
async fn a_number_written_before_numbers_were_kept_is_taken_too() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let numbered =
            |title: &str| Content { doc_number: "城中烟发〔2025〕1号".into(), ..notice(title) };
        let old = office.draft(numbered("旧的")).await;
        let mut tx = office.app.db.begin().await.unwrap();
        tx.execute("delete from article_number where bureau = $1", db::params![BUREAU]).await.unwrap();
        tx.commit().await.unwrap();
        let by = office.by(&office.writer);
        let again = actions::create(&office.app, &by, BUREAU, numbered("新的")).await;
        assert!(matches!(&again, Err(Fault::NumberTaken { title, .. }) if title == "旧的"), "{again:?}");
        let now = office.now(&old).await;
        actions::save(&office.app, &by, (BUREAU, &old.id), now.version, numbered("旧的")).await.unwrap();
    });
}

#[tokio::test]
async fn script_in_every_field_shows_as_text_everywhere() {
    const HARM: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let asked = crate::article::Consultation { from: DAY, to: DAY, contact: HARM.into() };
        let content = Content {
            kind: Kind::Consultation,
            title: HARM.into(),
            organ: HARM.into(),
            doc_number: HARM.into(),
            summary: HARM.into(),
            body: format!(
                "# {HARM}\n{HARM}\n- {HARM}\n\n| {HARM} | b |\n| a | {HARM} |\n\n[{HARM}](javascript:alert(1))"
            ),
            consultation: Some(asked),
            ..notice("")
        };
        let public = office.public(content).await;
        let index = public.index_no.clone().unwrap();
        let mut visitor = office.visitor();
        visitor.get(&format!("/disclosure/{index}")).await;
        let said = visitor
            .post(&format!("/disclosure/{index}/comments"), &[("name", HARM), ("body", HARM), ("key", HARM)])
            .await;
        assert!(
            matches!(said.status, StatusCode::UNPROCESSABLE_ENTITY),
            "a name of 60 characters is too long"
        );
        let fields = [("name", "<b>x</b>"), ("body", HARM), ("key", HARM)];
        let said = visitor.post(&format!("/disclosure/{index}/comments"), &fields).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
        let mut writer = office.at("writer").await;
        let desk = format!("{PLACE}/{BUREAU}/{}", public.id);
        for path in [
            desk.clone(),
            format!("{desk}/edit"),
            PLACE.to_owned(),
            format!("{PLACE}/comments"),
            format!("{PLACE}/calendar"),
            "/disclosure".to_owned(),
            format!("/disclosure/{index}"),
            "/disclosure/feed.atom".to_owned(),
            "/disclosure/feed.rss".to_owned(),
        ] {
            let seen = writer.get(&path).await;
            assert_eq!(seen.status, StatusCode::OK, "{path}");
            let text = seen.text();
            assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{path}: {text}");
            assert!(!text.contains("javascript:alert(1)\""), "{path}: {text}");
        }
        let sought = "/disclosure/permits?q=%3Cscript%3Ealert(1)%3C/script%3E&bureau=%22%3E%3Cscript%3E";
        assert!(!writer.get(sought).await.says("<script>alert"));
    });
}

async fn uploads(browser: &mut Browser, place: &str, name: &str, bytes: &[u8]) -> Seen {
    let page = browser.get(place).await;
    let version = page.field("version").unwrap();
    let mut body =
        format!("--cut\r\ncontent-disposition: form-data; name=\"version\"\r\n\r\n{version}\r\n--cut\r\n")
            .into_bytes();
    body.extend(
        format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").bytes(),
    );
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--cut--\r\n");
    let seen = browser.post_body(&format!("{place}/attach"), "multipart/form-data; boundary=cut", body).await;
    if seen.status == StatusCode::SEE_OTHER { browser.follow(&seen).await } else { seen }
}

/// The smallest PDF that a reader opens.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n0000000102 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n";

#[tokio::test]
async fn an_attachment_that_is_not_what_it_says_is_refused_and_a_true_one_reaches_the_public() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let draft = office.draft(notice("带附件")).await;
        let place = format!("{PLACE}/{BUREAU}/{}", draft.id);
        let mut writer = office.at("writer").await;
        for (name, bytes) in [
            ("a.pdf", b"MZ\x90\0\x03".as_slice()),
            ("a.png", PDF),
            ("a.html", b"<!doctype html><script>alert(1)</script>"),
            ("a.pdf", b""),
        ] {
            let seen = uploads(&mut writer, &place, name, bytes).await;
            assert!(seen.status.is_client_error(), "{name}: {} {}", seen.status, seen.text());
        }
        let seen = uploads(&mut writer, &place, "a.pdf", &vec![0; 21 << 20]).await;
        assert!(seen.status == StatusCode::PAYLOAD_TOO_LARGE && seen.says("20 MB"), "{}", seen.text());
        assert!(uploads(&mut writer, &place, "办法.pdf", PDF).await.says("办法.pdf"));
        let now = office.now(&draft).await;
        let file = now.content.attachments[0].clone();
        // It is not public before its article is.
        let by = office.by(&office.writer).person;
        let sent = office.take(&office.writer, &now, Step::Submit { by }).await.unwrap();
        let step = Step::Approve { by: office.by(&office.reviewer).person, at: office.app.now() };
        let public = office.take(&office.reviewer, &sent, step).await.unwrap();
        let index = public.index_no.unwrap();
        let got = office.visitor().get(&format!("/disclosure/{index}/files/{}", file.id)).await;
        assert_eq!((got.status, got.body.as_ref()), (StatusCode::OK, PDF));
        assert_eq!(got.headers["x-content-type-options"], "nosniff");
        let other = office.visitor().get(&format!("/disclosure/{index}/files/other")).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
    });
}

#[tokio::test]
async fn another_bureaus_drafts_look_like_missing_ones_and_clerks_have_no_desk_here() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let draft = office.draft(notice("草稿")).await;
        let place = format!("{PLACE}/{BUREAU}/{}", draft.id);
        let mut other = office.at("gx-writer").await;
        other.get("/me").await;
        assert_eq!(other.get(&place).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            other.post(&format!("{place}/submit"), &[("version", "1")]).await.status,
            StatusCode::NOT_FOUND
        );
        let mut clerk = office.at("clerk").await;
        assert_eq!(clerk.get(PLACE).await.status, StatusCode::FORBIDDEN);
        assert_eq!(clerk.get(&place).await.status, StatusCode::FORBIDDEN);
        let mut reviewer = office.at("reviewer").await;
        assert_eq!(reviewer.get(&place).await.status, StatusCode::OK);
        assert_eq!(reviewer.get(&format!("{place}/edit")).await.status, StatusCode::FORBIDDEN);
        assert_eq!(office.visitor().get(&place).await.status, StatusCode::SEE_OTHER);
    });
}

#[tokio::test]
async fn what_can_not_be_read_comes_back_with_everything_that_was_typed() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let mut writer = office.at("writer").await;
        writer.get(&format!("{PLACE}/new")).await;
        let mut fields = typed("标题在", "正文也在");
        fields.extend([("effective_on", "明年"), ("cites", "没有的法第一条"), ("asked_from", "2026-12-01")]);
        let seen = writer.post(&format!("{PLACE}/new"), &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["标题在", "正文也在", "明年", "没有的法第一条", "要一起填写", "日期请写成"]
        {
            assert!(seen.says(words), "{words}: {}", seen.text());
        }
    });
}
