//! Agents, their mandates and the paper behind them.

use super::*;

const PAPER: &[u8] =
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] \
      /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n\
      trailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n9\n%%EOF\n";

/// The agent's form, with the token of the last page and a file; without one when its name is empty.
async fn ask(agent: &mut Browser, principal_name: &str, file: &str, bytes: &[u8]) -> Seen {
    const LINE: &str = "x-boundary-x";
    let token = agent.token().to_owned();
    let fields = [
        ("_csrf", token.as_str()),
        ("principal", "990101198704122151"),
        ("principal_name", principal_name),
        ("scope", "代为申请"),
        ("from", "2026-11-23"),
        ("to", "2026-12-31"),
    ];
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.bytes());
    }
    let head = format!("--{LINE}\r\nContent-Disposition: form-data; name=\"paper\"; filename=\"{file}\"\r\n");
    body.extend(head.bytes().chain("Content-Type: application/octet-stream\r\n\r\n".bytes()));
    body.extend_from_slice(bytes);
    body.extend(format!("\r\n--{LINE}--\r\n").bytes());
    agent.post_body("/me/mandates", &format!("multipart/form-data; boundary={LINE}"), body).await
}

on_each!(an_agent_acts_only_while_the_principal_agrees, |town| Box::pin(async move {
    let mut lin = town.signed_in("agent-lin").await;
    lin.get("/me/mandates").await;
    assert_eq!(ask(&mut lin, "李明", "委托书.pdf", PAPER).await.status, StatusCode::SEE_OTHER);
    let mut db = town.app.db.clone();
    let agent = accounts::by_name(&town.app, &mut db, "login", "agent-lin").await.unwrap().unwrap();
    let id = mandates::held_by(&mut db, &agent).await.unwrap()[0].id.clone();

    // Asking is not having.
    assert_eq!(lin.post("/me/acting", &[("mandate", &id)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        lin.post("/me/mandates/decide", &[("mandate", &id), ("do", "confirm")]).await.status,
        StatusCode::NOT_FOUND
    );

    let mut li = town.signed_in("liming").await;
    assert!(li.get("/me/messages").await.says("有人请求代您办事"));
    li.get("/me/mandates").await;
    assert_eq!(
        li.post("/me/mandates/decide", &[("mandate", &id), ("do", "confirm")]).await.status,
        StatusCode::SEE_OTHER
    );
    let before = lin.cookies["yz_session"].clone();
    assert_eq!(lin.post("/me/acting", &[("mandate", &id)]).await.location(), "/me");
    assert_ne!(lin.cookies["yz_session"], before, "a new role has a new token");
    lin.get("/me").await;
    assert_eq!(lin.post("/note", &[("words", "a")]).await.text(), "林海涛（代 李明） wrote a");

    li.post("/me/mandates/decide", &[("mandate", &id), ("do", "end")]).await;
    assert_eq!(lin.post("/note", &[("words", "a")]).await.text(), "林海涛 wrote a");
}));

on_each!(the_signed_paper_is_seen_by_both_sides_and_by_nobody_else, |town| Box::pin(async move {
    let mut lin = town.signed_in("agent-lin").await;
    lin.get("/me/mandates").await;
    assert_eq!(ask(&mut lin, "李明", "委托书.pdf", PAPER).await.status, StatusCode::SEE_OTHER);
    let mut db = town.app.db.clone();
    let agent = accounts::by_name(&town.app, &mut db, "login", "agent-lin").await.unwrap().unwrap();
    let held = mandates::held_by(&mut db, &agent).await.unwrap().remove(0);
    assert_eq!(held.paper.map(|paper| paper.name).as_deref(), Some("委托书.pdf"));

    let at = format!("/me/mandates/{}/paper", held.id);
    let mut li = town.signed_in("liming").await;
    let page = li.get("/me/mandates").await;
    assert!(page.says(&at) && page.says("同意前请打开委托书"), "{}", page.text());
    for browser in [&mut li, &mut lin] {
        let paper = browser.get(&at).await;
        assert_eq!((paper.status, &paper.body[..]), (StatusCode::OK, PAPER));
        // A PDF is saved, not run.
        assert!(paper.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        assert_eq!(paper.headers["x-content-type-options"], "nosniff");
    }
    assert_eq!(town.signed_in("wangfang").await.get(&at).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.browser().get(&at).await.location(), format!("/login?next={}", at.replace('/', "%2F")));

    // The officers who get a case of the agent see what stood behind it, also after it was ended.
    let day = date(2026, 11, 24);
    assert_eq!(mandates::behind(&mut db, &agent, &town.li, day).await.unwrap(), [], "not yet confirmed");
    li.post("/me/mandates/decide", &[("mandate", &held.id), ("do", "confirm")]).await;
    li.get("/me/mandates").await;
    li.post("/me/mandates/decide", &[("mandate", &held.id), ("do", "end")]).await;
    let behind = mandates::behind(&mut db, &agent, &town.li, day).await.unwrap();
    assert_eq!(behind.len(), 1);
    assert_eq!(behind[0].paper.as_ref().map(|paper| paper.kind.as_str()), Some("application/pdf"));
    assert_eq!(mandates::behind(&mut db, &agent, &town.li, date(2027, 1, 1)).await.unwrap(), []);
}));

on_each!(a_mandate_without_a_good_paper_is_not_asked_for, |town| Box::pin(async move {
    let mut lin = town.signed_in("agent-lin").await;
    lin.get("/me/mandates").await;
    let wrong: [(&str, &[u8], &str); 5] = [
        ("", b"", "请选择委托书"),
        ("委托书.jpg", b"", "委托书"),
        ("委托书.jpg", PAPER, "委托书"),
        ("委托书.jpg", b"<!doctype html><script>alert(1)</script>", "委托书"),
        ("委托书.docx", b"PK\x03\x04\x14\x00\x00\x00", "另存为 PDF"),
    ];
    for (name, bytes, says) in wrong {
        let seen = ask(&mut lin, "李明", name, bytes).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(seen.says(says) && seen.says("href=\"#f-paper\""), "{name}: {}", seen.text());
        assert!(seen.says("value=\"990101198704122151\""), "what was typed comes back");
    }
    // The paper is good, the name is not: the file has to be chosen again, and the page says so.
    let seen = ask(&mut lin, "王明", "委托书.pdf", PAPER).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.says("请再选一次委托书"), "{}", seen.text());
    let large = vec![0; 97 << 20];
    let seen = ask(&mut lin, "李明", "委托书.jpg", &large).await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut db = town.app.db.clone();
    assert_eq!(mandates::given_by(&mut db, &town.li).await.unwrap(), []);
}));

#[tokio::test]
async fn a_mandate_is_not_asked_for_by_a_form_from_elsewhere() {
    let town = Town::on(db::testing::databases().await.remove(0).1).await;
    let mut lin = town.signed_in("agent-lin").await;
    // No page of ours was opened: the token is one of before signing in.
    let seen = lin.post_as_it_is("/me/mandates", &[("principal", "990101198704122151")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    lin.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    let seen = ask(&mut lin, "李明", "委托书.pdf", PAPER).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert_eq!(mandates::given_by(&mut town.app.db.clone(), &town.li).await.unwrap(), []);
}
