//! Decisions made public: what is shown, what is held, what is late, what is taken down.

use super::*;
use crate::publicity::{EntryState, Outcome, Party, PartyKind, late};
use crate::store::{NEWEST, Sought};

fn decided(id: &str, number: &str, credit_code: &str) -> Decided {
    Decided {
        bureau: BUREAU.into(),
        id: id.into(),
        at: web::clock::beijing(DAY, 8, 0),
        on: DAY,
        number: number.into(),
        organ: "城中区烟草专卖局".into(),
        organ_code: "11990000099010013R".into(),
        matter: "烟草专卖零售许可证核发（新办）".into(),
        party: Party {
            name: "城中区桥城顾云凯食杂店".into(),
            kind: PartyKind::Household,
            credit_code: credit_code.into(),
            representative: "顾云凯".into(),
            id_number: "990101198704122151".into(),
        },
        outcome: Outcome::Granted {
            licence: "990101100001".into(),
            licence_name: "烟草专卖零售许可证".into(),
            scope: "卷烟本店零售".into(),
            from: DAY,
            to: date(2031, 11, 24),
        },
    }
}

const GOOD: &str = "92990101AHFK86MM87";

#[tokio::test]
async fn decisions_become_public_masked_once_and_their_state_follows_the_licence() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let refused = Decided {
            outcome: Outcome::Refused {
                grounds: vec!["不符合当地烟草制品零售点合理布局要求".into()]
            },
            ..decided("case-2", "城中烟许不准〔2026〕第00001号", GOOD)
        };
        office
            .decisions
            .all
            .lock()
            .unwrap()
            .extend([decided("case-1", "城中烟许准〔2026〕第00001号", GOOD), refused]);
        office.follows().await;
        office.follows().await;
        let mut visitor = office.visitor();
        let list = visitor.get("/disclosure/permits").await;
        assert!(list.says("城中烟许准〔2026〕第00001号") && list.says("不予许可"), "{}", list.text());
        let page = visitor.get("/disclosure/permits/990101/case-1").await;
        assert!(page.says("990***********2151") && !page.says("19870412") && page.says("有异议怎么办"));
        assert!(page.says(">有效<"));
        office.decisions.ended.lock().unwrap().push("990101100001".into());
        assert!(visitor.get("/disclosure/permits/990101/case-1").await.says(">无效<"));

        let file = visitor.get("/open-data/permits.csv").await.text();
        assert_eq!(file.lines().count(), 3);
        assert!(file.starts_with("\u{feff}XK_XDR_MC,XK_XDR_LB,") && !file.contains("19870412"), "{file}");
        let data: serde_json::Value =
            serde_json::from_slice(&visitor.get("/open-data/permits.json").await.body).unwrap();
        let granted =
            data["rows"].as_array().unwrap().iter().find(|row| row["XK_XKBH"] == "990101100001").unwrap();
        assert_eq!(
            (granted["XK_ZT"].as_str(), granted["XK_FR_ZJHM"].as_str()),
            (Some("2"), Some("990***********2151"))
        );

        for (asked, found) in [
            ("q=%E9%A1%BE%E4%BA%91%E5%87%AF", true),
            ("q=990101100001", true),
            ("q=99010110000", false),
            ("q=%25", true),
            ("outcome=refused", false),
            ("bureau=990102", false),
        ] {
            let seen = visitor.get(&format!("/disclosure/permits?{asked}")).await;
            assert_eq!(seen.says("城中烟许准〔2026〕第00001号"), found, "{asked}");
        }
    });
}

#[tokio::test]
async fn a_decision_with_a_wrong_column_is_held_tried_again_and_shown_as_late_after_seven_working_days() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let wrong = decided("case-1", "城中烟许准〔2026〕第00001号", "92990101AHFK86MM88");
        office.decisions.all.lock().unwrap().push(wrong);
        office.follows().await;
        let mut db = office.app.db.clone();
        let held = store::decision(&mut db, BUREAU, "case-1").await.unwrap().unwrap();
        assert!(matches!(&held.state, EntryState::Held(why) if why.contains("XK_XDR_SHXYM")), "{held:?}");
        assert_eq!(held.due_on, date(2026, 12, 4));
        assert_eq!(
            office.visitor().get("/disclosure/permits/990101/case-1").await.status,
            StatusCode::NOT_FOUND
        );
        let on = |day| web::clock::beijing(day, 12, 0);
        assert!(late(&mut db, BUREAU, on(date(2026, 12, 4))).await.unwrap().is_empty());
        assert_eq!(late(&mut db, BUREAU, on(date(2026, 12, 5))).await.unwrap().len(), 1);
        office.clock.set(on(date(2026, 12, 5)));
        assert!(office.at("writer").await.get("/desk/disclosure/permits").await.says("已经超过七个工作日"));
        // Those who edit the bureau's list are told, once, however often the watchman goes round; nobody else is.
        office.follows().await;
        office.follows().await;
        for (who, count) in [(&office.writer, 1), (&office.second, 1), (&office.reviewer, 0)] {
            assert_eq!(identity::inbox::unread(&mut db, who).await.unwrap(), count, "{who}");
        }
        let elsewhere = office.at("writer").await.get("/desk/disclosure/permits?bureau=990102").await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);

        office.decisions.all.lock().unwrap()[0].party.credit_code = GOOD.into();
        office.follows().await;
        assert!(store::decision(&mut db, BUREAU, "case-1").await.unwrap().unwrap().is_published());
        assert!(late(&mut db, BUREAU, on(date(2026, 12, 5))).await.unwrap().is_empty());
    });
}

#[tokio::test]
async fn after_an_objection_a_decision_is_taken_down_with_a_reason_and_stays_down() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        office.decisions.all.lock().unwrap().push(decided("case-1", "城中烟许准〔2026〕第00001号", GOOD));
        office.follows().await;
        let button = "/desk/disclosure/permits/990101/case-1";
        let mut writer = office.at("writer").await;
        writer.get("/desk/disclosure/permits").await;
        let fields = [("version", "1"), ("do", "down"), ("why", "涉及商业秘密，异议成立")];
        let refused = writer.post(button, &fields).await;
        assert!(
            refused.status == StatusCode::FORBIDDEN && refused.says("审核信息公开"),
            "{}",
            refused.text()
        );
        let mut reviewer = office.at("reviewer").await;
        assert!(reviewer.get("/desk/disclosure/permits").await.says("撤下"));
        let bare = reviewer.post(button, &[("version", "1"), ("do", "down"), ("why", "")]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(reviewer.post(button, &fields).await.status, StatusCode::SEE_OTHER);
        office.follows().await;
        let mut db = office.app.db.clone();
        assert!(store::published_decisions(&mut db, &Sought::default(), NEWEST, 9).await.unwrap().is_empty());
        assert_eq!(
            office.visitor().get("/disclosure/permits/990101/case-1").await.status,
            StatusCode::NOT_FOUND
        );
        let up = [("version", "2"), ("do", "up")];
        assert_eq!(reviewer.post(button, &up).await.status, StatusCode::SEE_OTHER);
        assert_eq!(office.visitor().get("/disclosure/permits/990101/case-1").await.status, StatusCode::OK);
        let history = db::history::read(&mut db, BUREAU, "public-decision", "case-1").await.unwrap();
        assert_eq!(
            history.iter().map(|one| one.act.as_str()).collect::<Vec<_>>(),
            ["taken-down", "put-back"]
        );
    });
}
