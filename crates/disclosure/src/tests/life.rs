//! Drafts, review by somebody else, instants, versions, numbers and history.

use super::*;
use crate::article::Validity;
use crate::state::NotOpen;
use crate::store::{Filter, NEWEST};

#[tokio::test]
async fn whoever_wrote_does_not_approve_and_what_is_approved_for_later_is_published_by_the_watchman() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let sent = office.submitted(notice("搬迁公告")).await;
        let own = Step::Approve { by: office.by(&office.writer).person, at: office.app.now() };
        let refused = office.take(&office.writer, &sent, own).await.unwrap_err();
        assert!(matches!(refused, Fault::NotOpen(NotOpen::SamePerson)), "{refused}");

        let at = web::clock::beijing(DAY, 15, 0);
        let by = office.by(&office.reviewer).person;
        let approved = office.take(&office.reviewer, &sent, Step::Approve { by, at }).await.unwrap();
        office.round().await;
        assert_eq!(office.now(&approved).await.state.says(), "已审核，待发布");
        assert_eq!(office.visitor().get("/disclosure/990101-2026-00001").await.status, StatusCode::NOT_FOUND);

        office.hours_pass(6);
        office.round().await;
        let public = office.now(&approved).await;
        assert_eq!(public.index_no.as_deref(), Some("990101-2026-00001"));
        assert!(office.visitor().get("/disclosure/990101-2026-00001").await.says("窗口搬到二楼"));

        let until = web::clock::beijing(DAY, 18, 0);
        let plan = Step::PlanWithdrawal { until: Some(until) };
        office.take(&office.reviewer, &public, plan).await.unwrap();
        office.hours_pass(4);
        office.round().await;
        office.round().await;
        let seen = office.visitor().get("/disclosure/990101-2026-00001").await;
        assert_eq!(seen.status, StatusCode::GONE);
        assert!(seen.says("已于") && !seen.says("窗口搬到二楼"), "{}", seen.text());
        let listed = store::list(&mut office.app.db.clone(), &Filter::default(), NEWEST, 10).await.unwrap();
        assert!(listed.is_empty());
    });
}

#[tokio::test]
async fn a_revision_leaves_the_old_text_public_until_it_is_published_and_every_version_is_kept() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let public = office.public(notice("第一版")).await;
        let by = office.by(&office.second);
        let revised = Content { body: "新的正文。".into(), ..notice("第二版") };
        let saved =
            actions::save(&office.app, &by, (BUREAU, &public.id), public.version, revised).await.unwrap();
        let index = public.index_no.clone().unwrap();
        let page = office.visitor().get(&format!("/disclosure/{index}")).await;
        assert!(page.says("第一版") && !page.says("第二版"));

        let step = Step::Submit { by: by.person.clone() };
        let sent = office.take(&office.second, &saved, step).await.unwrap();
        // A withdrawal planned meanwhile must not bring the unreviewed text to the public.
        let planned = office
            .take(
                &office.reviewer,
                &sent,
                Step::PlanWithdrawal { until: Some(web::clock::beijing(DAY, 20, 0)) },
            )
            .await
            .unwrap();
        assert!(office.visitor().get(&format!("/disclosure/{index}")).await.says("第一版"));
        let reviewer = office.by(&office.reviewer).person;
        let step = Step::Approve { by: reviewer, at: office.app.now() };
        let second = office.take(&office.reviewer, &planned, step).await.unwrap();
        assert_eq!(second.index_no.as_ref(), Some(&index));
        assert!(office.visitor().get(&format!("/disclosure/{index}")).await.says("新的正文"));

        let mut db = office.app.db.clone();
        let versions = store::versions(&mut db, BUREAU, &public.id).await.unwrap();
        let titles: Vec<&str> = versions.iter().map(|one| one.content.title.as_str()).collect();
        assert_eq!(titles, ["第一版", "第二版"]);
        let history = db::history::read(&mut db, BUREAU, "article", &public.id).await.unwrap();
        db::history::verify(&history).unwrap();
        let acts: Vec<&str> = history.iter().map(|entry| entry.act.as_str()).collect();
        assert_eq!(
            acts,
            [
                "begun",
                "submitted",
                "approved",
                "published",
                "written",
                "submitted",
                "withdrawal-planned",
                "approved",
                "published"
            ]
        );
    });
}

#[tokio::test]
async fn index_numbers_have_no_gap_whatever_is_given_up_on_the_way() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let given_up = office.draft(notice("作废的")).await;
        office.take(&office.writer, &given_up, Step::Discard).await.unwrap();
        let stale = office.submitted(notice("过期的一步")).await;
        let by = office.by(&office.reviewer).person;
        let wrong = Article { version: stale.version - 1, ..stale.clone() };
        let step = Step::Approve { by, at: office.app.now() };
        assert!(matches!(office.take(&office.reviewer, &wrong, step).await, Err(Fault::Overtaken { .. })));
        let mut numbers = Vec::new();
        for title in ["甲", "乙", "丙"] {
            numbers.push(office.public(notice(title)).await.index_no.unwrap());
        }
        assert_eq!(numbers, ["990101-2026-00001", "990101-2026-00002", "990101-2026-00003"]);
    });
}

#[tokio::test]
async fn a_repealed_text_stays_readable_and_says_so_and_an_incomplete_one_is_not_submitted() {
    db::on_each_database!(async |db| {
        let office = Office::on(db).await;
        let policy = Content { kind: Kind::Policy, effective_on: Some(DAY), ..notice("布局规定") };
        let public = office.public(policy.clone()).await;
        let step = Step::Repeal { on: DAY, why: "由新规定代替。".into() };
        office.take(&office.reviewer, &public, step).await.unwrap();
        let index = public.index_no.unwrap();
        let page = office.visitor().get(&format!("/disclosure/{index}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.says("废止") && page.says("由新规定代替") && page.says("窗口搬到二楼"),
            "{}",
            page.text()
        );
        let kept = store::by_index(&mut office.app.db.clone(), BUREAU, &index).await.unwrap().unwrap();
        assert_eq!(kept.validity(DAY), Validity::Repealed { on: DAY });

        let unfinished = office.draft(Content { effective_on: None, ..policy }).await;
        let by = office.by(&office.writer).person;
        let refused = office.take(&office.writer, &unfinished, Step::Submit { by }).await.unwrap_err();
        assert!(matches!(&refused, Fault::Typed(problems) if problems[0].0 == "effective_on"), "{refused}");
    });
}
