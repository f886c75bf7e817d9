//! 注销、撤销、撤回、收回: asked for by one, decided by another, sealed in the decision's own transaction.

use axum::http::StatusCode;
use db::Db;
use identity::{Officer, Post};
use papers::Kind;

use super::town::{CARD, HOLDER, NUMBER, Town};
use crate::elicence::ending::{self, Ending, EndingFault, How, Stand, Wanted};
use crate::elicence::{self, State};
use crate::status::{CancelReason, Status};
use crate::{Fault, store};

const BUREAU: &str = "990101";

fn keeper() -> Officer {
    Officer::standing_in("o-2", "陈谨", BUREAU, &[Post::LicenceHead])
}

fn head() -> Officer {
    Officer::standing_in("o-3", "何正", BUREAU, &[Post::BureauHead])
}

async fn wanted(town: &Town, how: How, basis: &str) -> Wanted {
    let licence = store::by_number(&mut town.app.db.clone(), BUREAU, NUMBER).await.unwrap().unwrap();
    Wanted {
        how, reason: "经查，租赁合同系伪造".into(), basis: basis.into(), seen: licence.version
    }
}

async fn revoke(town: &Town) -> Ending {
    let wanted = wanted(town, How::Cancel(CancelReason::Revoked), "《行政许可法》第六十九条第二款").await;
    ending::ask(&town.app, &keeper(), NUMBER, &wanted).await.unwrap()
}

async fn status(town: &Town) -> Status {
    store::by_number(&mut town.app.db.clone(), BUREAU, NUMBER).await.unwrap().unwrap().status
}

async fn sealed_letters(town: &Town) -> i64 {
    let peek = async |kind: Kind| {
        let counter = papers::counter_name(kind, 2026);
        db::counter::peek(&mut town.app.db.clone(), BUREAU, &counter).await.unwrap()
    };
    peek(Kind::Revocation).await + peek(Kind::Cancellation).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_asks_another_decides_and_the_letter_is_sealed_with_the_decision() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let asked = revoke(&town).await;
        assert_eq!((asked.stand, status(&town).await), (Stand::Asked, Status::Trading));
        let twice = wanted(&town, How::Cancel(CancelReason::Other), "").await;
        let twice = ending::ask(&town.app, &keeper(), NUMBER, &twice).await;
        assert!(matches!(twice, Err(Fault::Ending(EndingFault::AskedAlready { .. }))), "{twice:?}");
        // Neither whoever asked, nor the head of another bureau, nor whoever read an older request.
        let both = Officer::standing_in("o-2", "陈谨", BUREAU, &[Post::BureauHead]);
        let own = ending::decide(&town.app, &both, (NUMBER, 1)).await;
        assert!(matches!(own, Err(Fault::Ending(EndingFault::SamePerson))), "{own:?}");
        let far = Officer::standing_in("o-9", "别人", "990102", &[Post::BureauHead]);
        assert!(ending::decide(&town.app, &far, (NUMBER, 1)).await.is_err());
        assert!(ending::decide(&town.app, &keeper(), (NUMBER, 1)).await.is_err());
        assert!(matches!(ending::decide(&town.app, &head(), (NUMBER, 7)).await, Err(Fault::Overtaken)));
        assert_eq!((status(&town).await, sealed_letters(&town).await), (Status::Trading, 0));

        let done = ending::decide(&town.app, &head(), (NUMBER, 1)).await.unwrap();
        let paper = done.paper.as_ref().unwrap();
        assert_eq!(
            (paper.kind, paper.number.as_deref()),
            (Kind::Revocation, Some("城中烟烟许撤〔2026〕第00001号"))
        );
        let under = &paper.data["under"];
        assert_eq!(under[0], "《行政许可法》第六十九条第二款");
        assert_eq!(under[1], "《行政许可法》第七十条第四项");
        assert!(done.ofd.is_some());
        assert!(matches!(status(&town).await, Status::Cancelled { why: CancelReason::Revoked, .. }));
        let edition = elicence::current(&mut db.clone(), BUREAU, NUMBER).await.unwrap().unwrap();
        assert_eq!(edition.state, State::Revoked);
        let again = ending::decide(&town.app, &head(), (NUMBER, done.version)).await;
        assert!(matches!(again, Err(Fault::Ending(EndingFault::NotOpen(_)))), "{again:?}");
        assert_eq!(sealed_letters(&town).await, 1);
        let chain = db::history::read(&mut db.clone(), BUREAU, "licence", NUMBER).await.unwrap();
        db::history::verify(&chain).unwrap();
        assert!(
            chain.iter().any(|row| row.act == "ending_asked") && chain.iter().any(|row| row.act == "revoked")
        );

        let cookie = town.enters(HOLDER).await;
        let (_, card) = town.page(CARD, &cookie).await;
        assert!(
            card.contains("撤销行政许可决定书") && card.contains("城中烟烟许撤〔2026〕第00001号"),
            "{card}"
        );
        for (file, kind) in [("decision.ofd", "application/ofd"), ("decision.pdf", "application/pdf")] {
            let response = town.get(&format!("{CARD}/{file}"), Some(&cookie)).await;
            assert_eq!(
                (response.status(), response.headers()["content-type"].to_str().unwrap()),
                (StatusCode::OK, kind)
            );
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_seal_nothing_is_decided_and_the_request_waits() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        revoke(&town).await;
        town.stamp.go_away(true);
        let away = ending::decide(&town.app, &head(), (NUMBER, 1)).await;
        assert!(matches!(away, Err(Fault::Seal(_))), "{away:?}");
        assert_eq!((status(&town).await, sealed_letters(&town).await), (Status::Trading, 0));
        let waits = ending::asked_of(&mut db.clone(), BUREAU, 10).await.unwrap();
        assert_eq!((waits.len(), waits[0].stand), (1, Stand::Asked));
        town.stamp.go_away(false);
        let head = head();
        let (one, other) = tokio::join!(
            ending::decide(&town.app, &head, (NUMBER, 1)),
            ending::send_back(&town.app, &head, (NUMBER, 1), "再查"),
        );
        assert!(one.is_ok() != other.is_ok(), "one of two at once: {one:?} {other:?}");
        assert_eq!(one.is_ok(), status(&town).await != Status::Trading);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_back_is_asked_anew_and_a_changed_licence_is_looked_at_again() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        revoke(&town).await;
        let silent = ending::send_back(&town.app, &head(), (NUMBER, 1), "  ").await;
        assert!(matches!(silent, Err(Fault::Ending(EndingFault::NoAnswer))), "{silent:?}");
        let back = ending::send_back(&town.app, &head(), (NUMBER, 1), "请补合同鉴定").await.unwrap();
        assert_eq!(
            (back.stand, back.answer.as_str(), status(&town).await),
            (Stand::Returned, "请补合同鉴定", Status::Trading)
        );
        let bare = wanted(&town, How::Recall, "").await;
        let bare = ending::ask(&town.app, &keeper(), NUMBER, &bare).await;
        assert!(matches!(bare, Err(Fault::Ending(EndingFault::NoBasis))), "{bare:?}");
        let asked = revoke(&town).await;
        assert_eq!((asked.version, asked.stand, asked.answer.as_str()), (3, Stand::Asked, ""));
        // Somebody has the licence stand still meanwhile: the head decides on what nobody looked at.
        let mut tx = db.begin().await.unwrap();
        let by = seals::User { id: "o-2", name: "陈谨" };
        let under = elicence::Under { by, reason: "查获假烟", document: "城中烟〔2026〕第3号" };
        town.licences
            .step(&mut tx, (BUREAU, NUMBER), crate::status::Step::OrderStop, &under, super::now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(ending::decide(&town.app, &head(), (NUMBER, 3)).await, Err(Fault::Overtaken)));
        assert_eq!(sealed_letters(&town).await, 0);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_asks_for_facts_and_articles_and_shows_the_head_what_to_decide() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let keeper = town.hired(BUREAU, Post::LicenceHead).await;
        let head = town.hired(BUREAU, Post::BureauHead).await;
        let mut desk = town.browser(&keeper).await;
        let path = "/desk/licences/990101100001/steps/cancel";
        let seen = desk.get(path).await.field("seen").unwrap();
        let empty = desk.post(path, &[("seen", &seen)]).await;
        for says in ["请填写事实和理由", "请选择注销原因"] {
            assert!(empty.says(says), "{says}: {}", empty.text());
        }
        let revoked = [("seen", seen.as_str()), ("why", "revoked"), ("reason", "合同系伪造<b>")];
        let bare = desk.post(path, &revoked).await;
        assert!(bare.says("写明依据的条款") && bare.says("合同系伪造"), "{}", bare.text());
        let fields = [&revoked[..], &[("basis", "《行政许可法》第六十九条第二款")]].concat();
        assert_eq!(desk.post(path, &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(desk.post(path, &fields).await.status, StatusCode::CONFLICT);
        let licence = desk.get("/desk/licences/990101100001").await;
        assert!(licence.says("等待机关负责人决定") && !licence.says("/steps/cancel\""), "{}", licence.text());
        let page = desk.get("/desk/licences/990101100001/ending").await;
        assert!(page.says("要由另一位机关负责人决定") && !page.says("/ending/decide"), "{}", page.text());

        let mut office = town.browser(&head).await;
        assert!(office.get("/desk/licences").await.says("等机关负责人决定（1）"));
        let page = office.get("/desk/licences/990101100001/ending").await;
        assert!(page.says("合同系伪造&lt;b&gt;") || page.says("合同系伪造&#60;b&#62;"), "{}", page.text());
        let seen = page.field("seen").unwrap();
        let empty = office.post("/desk/licences/990101100001/ending/return", &[("seen", &seen)]).await;
        assert!(empty.says("还没有写退回的原因"), "{}", empty.text());
        let back = "/desk/licences/990101100001/ending/return";
        let late = office.post(back, &[("seen", "99"), ("why", "请补笔迹鉴定")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(
            late.says("请补笔迹鉴定</textarea>") && late.field("seen") == Some(seen.clone()),
            "{}",
            late.text()
        );
        let draft = town.get("/desk/licences/990101100001/ending.pdf", Some(&town.enters(&head).await)).await;
        assert_eq!(draft.status(), StatusCode::OK);
        let taken = office.post("/desk/licences/990101100001/ending/decide", &[("seen", &seen)]).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
        let late = office.post(back, &[("seen", &seen), ("why", "请补笔迹鉴定")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        for says in ["没有生效", "请补笔迹鉴定", "已作出决定"] {
            assert!(late.says(says), "{says}: {}", late.text());
        }
        let page = office.get("/desk/licences/990101100001/ending").await;
        assert!(page.says("已作出决定") && page.says("城中烟烟许撤〔2026〕第00001号"), "{}", page.text());
    });
}
