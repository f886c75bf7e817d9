//! The officers' side over HTTP, on each database: the whole job, and everything that may not happen.

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use cases::actions;
use cases::case::Case;
use cases::inspect::CHECKLIST;
use cases::stage::Stage;
use cases::store;
use identity::Post;

use crate::town::{BUREAU, Browser, OTHER_BUREAU, Town, monday, png};

pub(crate) fn href(case: &Case, below: &str) -> String {
    format!("/desk/cases/{}/{}{below}", case.bureau, case.id)
}

/// The officers of one bureau.
pub(crate) struct Staff {
    pub clerk: Browser,
    team_head: Browser,
    inspectors: [Browser; 2],
    licence_head: Browser,
    pub head: Browser,
}

impl Staff {
    pub(crate) async fn of(town: &Town) -> Staff {
        Staff {
            clerk: town.officer(BUREAU, "雷晓东", &[Post::LicenceClerk]).await,
            team_head: town.officer(BUREAU, "吴德胜", &[Post::TeamHead]).await,
            inspectors: [
                town.officer(BUREAU, "任启航", &[Post::Inspector]).await,
                town.officer(BUREAU, "姜佳宁", &[Post::Inspector]).await,
            ],
            licence_head: town.officer(BUREAU, "卢德胜", &[Post::LicenceHead]).await,
            head: town.officer(BUREAU, "戴知行", &[Post::BureauHead]).await,
        }
    }

    /// Presses the button of a step with the version the case has now.
    pub(crate) async fn step(
        &self,
        town: &Town,
        who: &Browser,
        case: &Case,
        step: &str,
        fields: &[(&str, &str)],
    ) {
        let seen = town.case(&case.id).await.version.to_string();
        let mut all = vec![("seen", seen.as_str())];
        all.extend_from_slice(fields);
        who.post(&href(case, &format!("/{step}")), &all).await.taken();
    }

    /// From received to the record of the inspection, each step by whom it belongs to.
    async fn inspect(&self, town: &Town, case: &Case) {
        self.step(town, &self.clerk, case, "accept", &[]).await;
        self.send_out(town, case).await;
    }

    /// From accepted to inspected.
    async fn send_out(&self, town: &Town, case: &Case) {
        self.plan(town, case).await;
        self.fill_in(case).await;
        self.step(town, &self.inspectors[0], case, "inspect/submit", &[]).await;
    }

    /// The papers are reviewed and two inspectors sent out for today.
    async fn plan(&self, town: &Town, case: &Case) {
        self.step(town, &self.licence_head, case, "review_paper", &[("opinion", "材料齐全，同意核查")]).await;
        let today = monday().to_string();
        let [one, two] = &self.inspectors;
        let sent = [
            ("inspectors", one.officer.id.as_str()),
            ("inspectors", two.officer.id.as_str()),
            ("planned_on", today.as_str()),
        ];
        self.step(town, &self.team_head, case, "assign", &sent).await;
    }

    /// A case that two inspectors are sent out for today.
    async fn at_inspection(&self, town: &Town) -> Case {
        let case = town.received(vec![]).await;
        self.step(town, &self.clerk, &case, "accept", &[]).await;
        self.plan(town, &case).await;
        case
    }

    /// Everybody signs; with the picture of a signature, if there is one.
    async fn sign_all(&self, case: &Case, drawn: &str) {
        for inspector in &self.inspectors {
            let signed = [("confirm", "yes"), ("drawn", drawn)];
            inspector.post(&href(case, "/inspect/sign"), &signed).await.taken();
        }
        let party = [("how", "signed"), ("name", "张䶮"), ("relation", "本人"), ("drawn", drawn)];
        self.inspectors[0].post(&href(case, "/inspect/party"), &party).await.taken();
    }

    async fn fill_in(&self, case: &Case) {
        let [one, two] = &self.inspectors;
        for check in CHECKLIST {
            let distance = if check.distance.is_some() { "56.5" } else { "" };
            let fields = [("verdict", "yes"), ("note", ""), ("distance", distance)];
            one.post(&href(case, &format!("/inspect/check/{}", check.key)), &fields).await.taken();
            if check.photo.is_some() {
                let place = [("place", "30.1234567,120.1234567,12")];
                let path = href(case, &format!("/inspect/photo/{}", check.key));
                two.upload(&path, &place, "photo", "门头.png", &png()).await.taken();
            }
        }
        let summary = [("area", "45.5"), ("conclusion", "经核查，符合条件")];
        one.post(&href(case, "/inspect/summary"), &summary).await.taken();
        self.sign_all(case, "").await;
    }

    /// Everything up to the desk of the head of the bureau.
    pub(crate) async fn examine(&self, town: &Town, case: &Case) {
        self.inspect(town, case).await;
        let advice = [("advice", "grant"), ("opinion", "符合法定条件")];
        self.step(town, &self.licence_head, case, "examine", &advice).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_officers_take_an_application_to_a_delivered_licence() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec!["统一社会信用代码校验位不对".to_owned()]).await;

        let list = staff.clerk.get("/desk").await;
        list.shows(&case.number);
        list.shows("受理");
        let page = staff.clerk.get(&href(&case, "")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        page.shows("城中区䶮记烟酒店");
        page.shows("统一社会信用代码校验位不对");

        // The doubt has to be confirmed; the page says so and nothing is accepted.
        let seen = [("seen", "1")];
        let asked = staff.clerk.post(&href(&case, "/accept"), &seen).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        asked.shows("请核对后勾选");
        staff.step(&town, &staff.clerk, &case, "accept", &[("confirm-0", "yes")]).await;
        staff.send_out(&town, &case).await;

        let inspected = staff.licence_head.get(&href(&case, "")).await;
        inspected.shows("经核查，符合条件");
        inspected.shows("北纬 30.123457");
        let advice = [("advice", "grant"), ("opinion", "符合法定条件")];
        staff.step(&town, &staff.licence_head, &case, "examine", &advice).await;
        let grant = [("outcome", "grant"), ("years", "5"), ("opinion", "同意")];
        staff.step(&town, &staff.head, &case, "decide", &grant).await;
        staff
            .step(&town, &staff.clerk, &case, "deliver", &[("way", "pick_up"), ("received_by", "张䶮")])
            .await;

        let done = town.case(&case.id).await;
        assert!(matches!(done.stage, Stage::Delivered { .. }), "{:?}", done.stage);
        let mut db = town.app.db.clone();
        let history = db::history::read(&mut db, BUREAU, "case", &case.id).await.expect("a history");
        db::history::verify(&history).expect("the chain holds");
        let papers = store::papers_of(&mut db, BUREAU, &case.id).await.expect("papers");
        for paper in &papers {
            let file = staff.clerk.get(&href(&case, &format!("/papers/{}.pdf", paper.id))).await;
            assert_eq!(file.status, StatusCode::OK, "{:?}: {}", paper.kind, file.text);
        }
        let end = staff.clerk.get(&href(&case, "")).await;
        end.shows("记录完整");
        end.shows("准予行政许可决定书");
        assert!(staff.clerk.get("/desk/cases?stages=closed").await.text.contains(&case.number));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn another_bureaus_case_is_not_there() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let case = town.received(vec![]).await;
        let stranger = town.officer(OTHER_BUREAU, "外局人", &[Post::LicenceClerk, Post::BureauHead]).await;
        let missing = stranger.get(&format!("/desk/cases/{BUREAU}/no-such-case")).await;
        let material =
            store::materials(&mut town.app.db.clone(), BUREAU, &case.id).await.expect("materials").remove(0);
        for path in [
            "",
            "/accept",
            "/supplement",
            "/decide",
            "/inspect",
            "/ledger",
            &format!("/materials/{}", material.id),
        ] {
            let reply = stranger.get(&href(&case, path)).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!reply.text.contains(&case.number) && !reply.text.contains("䶮记"), "{path}");
        }
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        let reply = stranger.post(&href(&case, "/accept"), &[("seen", "1")]).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert_eq!(town.case(&case.id).await.version, case.version);
        let nobody = stranger.get(&format!("/desk/cases?number={}", case.number)).await;
        nobody.shows("本局没有编号为");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_may_not_is_told_whose_step_it_is() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let case = town.received(vec![]).await;
        let inspector = town.officer(BUREAU, "任启航", &[Post::Inspector]).await;
        let reply = inspector.post(&href(&case, "/accept"), &[("seen", "1")]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        reply.shows("您的岗位不能办理“受理”");
        reply.shows("由证件管理员办理");
        assert!(matches!(town.case(&case.id).await.stage, Stage::Received { .. }));
        // An administrator of the system reads no case at all.
        let admin = town.officer(BUREAU, "管理员", &[Post::SystemAdmin]).await;
        assert_eq!(admin.get(&href(&case, "")).await.status, StatusCode::FORBIDDEN);
        assert_eq!(admin.get("/desk").await.status, StatusCode::OK);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_accepted_may_not_examine() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let mut staff = Staff::of(&town).await;
        staff.clerk = town.officer(BUREAU, "双岗人", &[Post::LicenceClerk, Post::LicenceHead]).await;
        let case = town.received(vec![]).await;
        staff.inspect(&town, &case).await;
        let form = staff.clerk.get(&href(&case, "/examine")).await;
        assert_eq!(form.status, StatusCode::FORBIDDEN);
        let seen = town.case(&case.id).await.version.to_string();
        let fields = [("seen", seen.as_str()), ("advice", "grant"), ("opinion", "我自己受理的，也同意")];
        let reply = staff.clerk.post(&href(&case, "/examine"), &fields).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        reply.shows("双岗人已经办理过“受理”，不能再办理“审查”");
        reply.shows("我自己受理的，也同意");
        assert!(matches!(town.case(&case.id).await.stage, Stage::Examining { .. }));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_deciders_one_wins_and_the_other_is_told_who_and_when() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let deputy = town.officer(BUREAU, "副局长", &[Post::BureauHead]).await;
        let case = town.received(vec![]).await;
        staff.examine(&town, &case).await;
        let seen = town.case(&case.id).await.version.to_string();
        let grant =
            [("seen", seen.as_str()), ("outcome", "grant"), ("years", "5"), ("opinion", "第一人的意见")];
        let refuse = [
            ("seen", seen.as_str()),
            ("outcome", "refuse"),
            ("ground-layout", "yes"),
            ("fact-layout", "距最近零售点步行28.4米"),
            ("opinion", "第二人的意见"),
        ];
        let path = href(&case, "/decide");
        let (one, two) = tokio::join!(staff.head.post(&path, &grant), deputy.post(&path, &refuse));
        let (won, lost, winner, words) = if one.status == StatusCode::SEE_OTHER {
            (one, two, "戴知行", "第二人的意见")
        } else {
            (two, one, "副局长", "第一人的意见")
        };
        won.taken();
        assert_eq!(lost.status, StatusCode::CONFLICT, "{}", lost.text);
        lost.shows(&format!("{winner}已于2026-11-23 09:00:00"));
        lost.shows(words);
        let papers = store::papers_of(&mut town.app.db.clone(), BUREAU, &case.id).await.expect("papers");
        let decisions =
            papers.iter().filter(|paper| matches!(paper.kind, papers::Kind::Grant | papers::Kind::Refusal));
        assert_eq!(decisions.count(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_needs_a_ground_and_its_fact() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec![]).await;
        staff.examine(&town, &case).await;
        let seen = town.case(&case.id).await.version.to_string();
        let path = href(&case, "/decide");
        let bare = [("seen", seen.as_str()), ("outcome", "refuse"), ("opinion", "不同意")];
        let reply = staff.head.post(&path, &bare).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        reply.shows("请至少选择一项法定情形");
        reply.shows("不同意");
        let factless =
            [("seen", seen.as_str()), ("outcome", "refuse"), ("ground-layout", "yes"), ("fact-layout", "近")];
        let reply = staff.head.post(&path, &factless).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        reply.shows("请写明事实");
        assert!(matches!(town.case(&case.id).await.stage, Stage::Deciding { .. }));

        let founded = [
            ("seen", seen.as_str()),
            ("outcome", "refuse"),
            ("ground-layout", "yes"),
            ("fact-layout", "距最近零售点步行28.4米，规定不少于40米"),
        ];
        let preview = staff.head.post(&href(&case, "/decide/preview"), &founded).await;
        assert_eq!(preview.status, StatusCode::OK);
        preview.shows("预览（未生效）");
        assert!(matches!(town.case(&case.id).await.stage, Stage::Deciding { .. }));
        staff.head.post(&path, &founded).await.taken();
        let papers = store::papers_of(&mut town.app.db.clone(), BUREAU, &case.id).await.expect("papers");
        let letter = papers.iter().find(|paper| paper.kind == papers::Kind::Refusal).expect("a letter");
        assert!(letter.data.to_string().contains("步行28.4米"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_out_of_order_answers_what_is_possible_now() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec![]).await;
        let grant = [("seen", "1"), ("outcome", "grant"), ("years", "5"), ("opinion", "先批了再说")];
        let reply = staff.head.post(&href(&case, "/decide"), &grant).await;
        assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.text);
        reply.shows("现在可以办理：受理、告知补正、不予受理");
        reply.shows("由证件管理员办理");
        reply.shows("先批了再说");
        let reply = staff.clerk.get(&href(&case, "/deliver")).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        let unknown = staff.clerk.get(&href(&case, "/fly")).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn one_notice_lists_everything_that_was_found_unfit() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec![]).await;
        let mut db = town.app.db.clone();
        let terms =
            actions::terms(&town.app, &mut db, BUREAU, &case.item, &case.item_version, &case.business).await;
        let terms = terms.expect("terms");
        let mut specs = terms.business().materials.iter().filter(|spec| spec.must_be_uploaded(&case.form));
        let spec = specs.find(|spec| !spec.common_faults.is_empty()).expect("a material with a known fault");
        let fault = &spec.common_faults[0];
        let finding = [("of", spec.key.as_str()), ("verdict", "unfit"), ("fault", fault.key.as_str())];
        let noted = staff.clerk.post(&href(&case, "/findings"), &finding).await.taken();
        assert_eq!(noted.location, href(&case, &format!("#m-{}", spec.key)));
        let form = staff.clerk.get(&href(&case, "/supplement")).await;
        assert_eq!(form.status, StatusCode::OK);
        form.shows(&format!("name=\"ask-{}\" value=\"yes\" checked", spec.key));

        let empty = staff.clerk.post(&href(&case, "/supplement"), &[("seen", "1"), ("days", "15")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let (ask, picked) = (format!("ask-{}", spec.key), format!("fault-{}", spec.key));
        let sent = [
            ("seen", "1"),
            ("days", "15"),
            (ask.as_str(), "yes"),
            (picked.as_str(), fault.key.as_str()),
            ("entry-0", "premises_address"),
            ("ereason-0", "地址与营业执照不一致"),
            ("eremedy-0", "请按营业执照上的住所填写"),
        ];
        staff.clerk.post(&href(&case, "/supplement"), &sent).await.taken();
        let Stage::Supplementing { gaps, .. } = town.case(&case.id).await.stage else {
            panic!("not supplementing")
        };
        assert_eq!(gaps.len(), 2);
        assert_eq!(
            (gaps[0].reason.as_str(), gaps[0].remedy.as_str()),
            (fault.reason.as_str(), fault.remedy.as_str())
        );
        assert_eq!(gaps[1].of, "form:premises_address");
        // A second notice isn't open.
        let again = staff
            .clerk
            .post(
                &href(&case, "/supplement"),
                &[
                    ("seen", "2"),
                    ("days", "15"),
                    (ask.as_str(), "yes"),
                    (picked.as_str(), fault.key.as_str()),
                ],
            )
            .await;
        assert_eq!(again.status, StatusCode::CONFLICT);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspection_is_signed_by_both_and_changes_need_a_new_signature() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec![]).await;
        staff.step(&town, &staff.clerk, &case, "accept", &[]).await;
        staff.step(&town, &staff.licence_head, &case, "review_paper", &[("opinion", "同意核查")]).await;
        let [one, two] = &staff.inspectors;
        let today = monday().to_string();
        // One inspector alone can't be sent.
        let version = town.case(&case.id).await.version.to_string();
        let alone = [
            ("seen", version.as_str()),
            ("inspectors", one.officer.id.as_str()),
            ("planned_on", today.as_str()),
        ];
        let reply = staff.team_head.post(&href(&case, "/assign"), &alone).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        reply.shows("两名以上");
        let both = [
            ("inspectors", one.officer.id.as_str()),
            ("inspectors", two.officer.id.as_str()),
            ("planned_on", today.as_str()),
        ];
        staff.step(&town, &staff.team_head, &case, "assign", &both).await;

        let third = town.officer(BUREAU, "范明远", &[Post::Inspector]).await;
        assert_eq!(third.get(&href(&case, "/inspect")).await.status, StatusCode::FORBIDDEN);
        let early = one.post(&href(&case, "/inspect/submit"), &[("seen", "9")]).await;
        assert!(matches!(early.status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT));

        // A PDF that calls itself a photo is refused in place.
        let path = href(&case, "/inspect/photo/address");
        let fake = one.upload(&path, &[], "photo", "../../门头.jpg", b"%PDF-1.4 not a photo").await;
        assert_eq!(fake.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", fake.text);
        let empty = one.upload(&path, &[], "photo", "空.jpg", b"").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);

        staff.fill_in(&case).await;
        one.get(&href(&case, "/inspect")).await.shows("各项都齐了");
        let changed = [("verdict", "no"), ("note", "门牌与申请不符"), ("distance", "")];
        two.post(&href(&case, "/inspect/check/address"), &changed).await.taken();
        one.get(&href(&case, "/inspect")).await.shows("两名核查人员都要签名");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_a_case_is_written_down_once_a_day() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec![]).await;
        for _ in 0..3 {
            staff.clerk.get(&href(&case, "")).await;
        }
        staff.head.get(&href(&case, "")).await;
        assert_eq!(actions::readings(&town.app, &case).await.expect("readings").len(), 2);
        town.clock.advance(std::time::Duration::from_secs(60 * 20));
        staff.clerk.get(&href(&case, "")).await;
        assert_eq!(actions::readings(&town.app, &case).await.expect("readings").len(), 2);
        // Looking never comes between two steps of the case.
        let mut db = town.app.db.clone();
        let history = db::history::read(&mut db, BUREAU, "case", &case.id).await.expect("a history");
        assert_eq!(history.len(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_paused_resumed_and_extended_by_the_posts_that_may() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = town.received(vec![]).await;
        staff.step(&town, &staff.clerk, &case, "accept", &[]).await;
        let pause = [("kind", "appraisal"), ("why", "执照真伪送鉴定"), ("needed", "5")];
        staff.step(&town, &staff.licence_head, &case, "pause", &pause).await;
        staff.clerk.get(&href(&case, "")).await.shows("停表");
        staff.step(&town, &staff.licence_head, &case, "resume", &[]).await;
        let version = town.case(&case.id).await.version.to_string();
        let much = [("seen", version.as_str()), ("days", "11"), ("reason", "案情复杂")];
        let reply = staff.head.post(&href(&case, "/extend"), &much).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text);
        reply.shows("案情复杂");
        staff.step(&town, &staff.head, &case, "extend", &[("days", "10"), ("reason", "案情复杂")]).await;
        let again = [("seen", "99"), ("days", "5"), ("reason", "再延长一次")];
        assert_eq!(staff.head.post(&href(&case, "/extend"), &again).await.status, StatusCode::CONFLICT);
        let ledger = staff.clerk.get(&href(&case, "/ledger")).await;
        ledger.shows("延长期限第10日");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_measured_distance_stands_beside_the_local_rule_on_page_and_record() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = staff.at_inspection(&town).await;
        let [one, _] = &staff.inspectors;
        let page = one.get(&href(&case, "/inspect")).await;
        page.shows("本地规定：<strong>不少于40米</strong>，按步行可通行最短距离量");
        page.shows("本地规定：<strong>大于50米</strong>");
        page.shows("演示市烟草制品零售点合理布局规划（演示）");
        page.shows("第七条第一项");

        staff.fill_in(&case).await;
        let spacing = href(&case, "/inspect/check/spacing");
        let near = [("verdict", "yes"), ("note", ""), ("distance", "28.4")];
        one.post(&spacing, &near).await.taken();
        let page = one.get(&href(&case, "/inspect")).await;
        page.shows("✗ 测得28.4米，比规定少11.6米");
        page.shows("请写明适用哪条放宽规定");
        let reasoned = [("verdict", "yes"), ("note", "残疾人申请，第十三条"), ("distance", "28.4")];
        one.post(&spacing, &reasoned).await.taken();
        let page = one.get(&href(&case, "/inspect")).await;
        assert!(!page.text.contains("请写明适用哪条放宽规定"));
        page.shows("✓ 测得56.5米，达到规定");
        staff.sign_all(&case, "").await;
        staff.step(&town, one, &case, "inspect/submit", &[]).await;

        let papers = store::papers_of(&mut town.app.db.clone(), BUREAU, &case.id).await.expect("papers");
        let record = papers.iter().find(|paper| paper.kind == papers::Kind::InspectionRecord);
        let lines = &record.expect("the record").data["distances"];
        assert_eq!((&lines[0]["demanded"], &lines[0]["metres"]), (&50.0.into(), &56.5.into()), "{lines}");
        assert_eq!((&lines[1]["demanded"], &lines[1]["way"]), (&40.0.into(), &"步行可通行最短距离".into()));
        staff.head.get(&href(&case, "")).await.shows("测得28.4米，比规定少11.6米（不少于40米");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn drawn_signatures_are_seen_at_the_desk_of_the_case_and_nowhere_else() {
    db::on_each_database!(async |db: db::Db| {
        let town = Town::on(db).await;
        let staff = Staff::of(&town).await;
        let case = staff.at_inspection(&town).await;
        let [one, _] = &staff.inspectors;
        staff.fill_in(&case).await;
        staff.head.get(&href(&case, "")).await.shows("没有手写，以账户确认");
        staff.sign_all(&case, &format!("data:image/png;base64,{}", STANDARD.encode(png()))).await;
        staff.step(&town, one, &case, "inspect/submit", &[]).await;

        let page = staff.head.get(&href(&case, "")).await;
        page.shows("张䶮手写的签名");
        let at =
            page.text.split('"').find(|part| part.contains("/signatures/")).expect("a picture").to_owned();
        let picture = staff.head.get(&at).await;
        assert_eq!(picture.status, StatusCode::OK);
        let stranger = town.officer(OTHER_BUREAU, "外局人", &[Post::BureauHead]).await;
        assert_eq!(stranger.get(&at).await.status, StatusCode::NOT_FOUND);
        // A digest that stands under no record of this case is no signature of it.
        let other = href(&case, &format!("/signatures/{}", "0".repeat(64)));
        assert_eq!(staff.head.get(&other).await.status, StatusCode::NOT_FOUND);
    });
}
