//! The deeds of the demo's stories, done by the same actions that people's clicks run.

use std::collections::BTreeMap;

use anyhow::Context;
use cases::actions::{self, At, Filing, Handed, Verdict};
use cases::case::{Case, Channel, Material, Way};
use cases::decide::Reason;
use cases::inspect::{Answer, CHECKLIST, Check, PresentParty, Signature};
use cases::intake::Declined;
use cases::stage::{Advice, Gap, Stage};
use cases::store::Photo;
use catalog::Catalogue;
use identity::{Officer, Post};
use law::PauseKind;
use web::App;

use super::cases::{Deed, Story};
use super::pictures::Picture;

/// Runs deeds as the people who would do them.
pub struct Teller<'a> {
    app: &'a App,
    pictures: Vec<Picture>,
    officers: BTreeMap<(String, &'static str), Vec<Officer>>,
}

impl<'a> Teller<'a> {
    pub fn new(app: &'a App, pictures: Vec<Picture>) -> Teller<'a> {
        Teller { app, pictures, officers: BTreeMap::new() }
    }

    async fn officers(&mut self, bureau: &str, post: Post) -> anyhow::Result<Vec<Officer>> {
        let key = (bureau.to_owned(), post.code());
        if let Some(known) = self.officers.get(&key) {
            return Ok(known.clone());
        }
        // Posts are held from the day the town was founded; ask for the day the story ends on.
        let held =
            identity::officers::holding(&mut self.app.db.clone(), bureau, post, self.app.today()).await?;
        let officers: Vec<Officer> =
            held.into_iter().map(|one| Officer::standing_in(&one.id, &one.name, bureau, &[post])).collect();
        anyhow::ensure!(!officers.is_empty(), "nobody in {bureau} is {}", post.says());
        self.officers.insert(key, officers.clone());
        Ok(officers)
    }

    async fn officer(&mut self, bureau: &str, post: Post) -> anyhow::Result<Officer> {
        Ok(self.officers(bureau, post).await?.remove(0))
    }

    /// The deed, by whoever's it is.
    pub async fn tell(&mut self, story: &mut Story, deed: Deed) -> anyhow::Result<()> {
        let at = At { bureau: story.bureau.clone(), id: story.case.clone().unwrap_or_default(), seen: None };
        match deed {
            Deed::File => story.case = Some(self.file(story).await?),
            Deed::Supply => self.supply(story, &at).await?,
            Deed::Withdraw => self.withdraw(story, &at).await?,
            Deed::Lapse => _ = actions::lapse(self.app, &at.bureau, &at.id).await?,
            Deed::Accept | Deed::AskForMore | Deed::Decline => self.take_in(story, &at, deed).await?,
            Deed::ReviewPaper | Deed::Pause => self.read_papers(&at, deed).await?,
            Deed::Assign => self.assign(&at).await?,
            Deed::Inspect => self.inspect(story, &at).await?,
            Deed::Examine(advice) => self.examine(&at, advice).await?,
            Deed::Grant | Deed::Refuse => self.decide(&at, verdict(deed)).await?,
            Deed::Extend => self.extend(&at).await?,
            Deed::Deliver => self.deliver(story, &at).await?,
        }
        Ok(())
    }

    async fn withdraw(&self, story: &Story, at: &At) -> anyhow::Result<()> {
        let (subject, who) = (&story.person.subject, story.person.by());
        let reason = "店铺改作他用，暂不经营烟草制品";
        actions::withdraw(self.app, subject, &who, &at.bureau, &at.id, reason).await?;
        Ok(())
    }

    /// The clerk at the counter.
    async fn take_in(&mut self, story: &Story, at: &At, deed: Deed) -> anyhow::Result<()> {
        let (app, clerk) = (self.app, self.officer(&at.bureau, Post::LicenceClerk).await?);
        match deed {
            Deed::AskForMore => actions::ask_for_more(app, &clerk, at, gaps(story.county), 10).await?,
            Deed::Decline => {
                let why =
                    Declined::NotOurs { competent: "店铺所在的城中区烟草专卖局".to_owned() };
                let facts = "申请的经营场所在城中区，不在本局辖区。";
                actions::decline(app, &clerk, at, why, facts).await?
            }
            _ => actions::accept(app, &clerk, at).await?,
        };
        Ok(())
    }

    /// The head of licensing over the papers.
    async fn read_papers(&mut self, at: &At, deed: Deed) -> anyhow::Result<()> {
        let (app, head) = (self.app, self.officer(&at.bureau, Post::LicenceHead).await?);
        if let Deed::Pause = deed {
            let why = "利害关系人要求听证，听证期间不计入审批期限";
            actions::pause(app, &head, at, PauseKind::ALL[0], why, Some(12)).await?;
        } else {
            let opinion = "材料齐全，主体资格符合要求，同意安排实地核查。";
            actions::review_paper(app, &head, at, opinion).await?;
        }
        Ok(())
    }

    async fn assign(&mut self, at: &At) -> anyhow::Result<()> {
        let head = self.officer(&at.bureau, Post::TeamHead).await?;
        let two = self.two_inspectors(&at.bureau).await?.into_iter().map(|one| one.id).collect();
        actions::assign(self.app, &head, at, two, self.app.today()).await?;
        Ok(())
    }

    async fn two_inspectors(&mut self, bureau: &str) -> anyhow::Result<Vec<Officer>> {
        Ok(self.officers(bureau, Post::Inspector).await?.into_iter().take(2).collect())
    }

    async fn examine(&mut self, at: &At, advice: Advice) -> anyhow::Result<()> {
        let head = self.officer(&at.bureau, Post::LicenceHead).await?;
        let opinion = match advice {
            Advice::Grant => "经书面审查和实地核查，符合法定条件，建议准予许可。",
            Advice::Refuse => "实地核查的间距不符合当地合理布局要求，建议不予许可。",
        };
        actions::examine(self.app, &head, at, advice, opinion).await?;
        Ok(())
    }

    async fn extend(&mut self, at: &At) -> anyhow::Result<()> {
        let head = self.officer(&at.bureau, Post::BureauHead).await?;
        let reason = "申请地址涉及单元边界调整，需要进一步核实";
        actions::extend(self.app, &head, at, 10, reason).await?;
        Ok(())
    }

    async fn file(&self, story: &Story) -> anyhow::Result<String> {
        let app = self.app;
        let catalogue = app.part::<catalog::Catalogue>();
        let item = catalogue.item("retail-licence").context("the retail licence is in the catalogue")?;
        let terms =
            actions::terms(app, &mut app.db.clone(), &story.bureau, &item.slug, &item.version, "1001")
                .await?;
        let form = story.person.form(terms.business());
        let materials: Vec<Material> = self.pictures.iter().filter_map(|one| one.as_material(app)).collect();
        let looked = cases::intake::look(terms.business(), &form, &materials, app.today());
        anyhow::ensure!(looked.is_complete(), "{:?} {:?}", looked.faults, looked.missing);
        let filing = Filing {
            id: app.new_id(),
            bureau: story.bureau.clone(),
            subject: story.person.subject.clone(),
            filed_by: story.person.by(),
            channel: Channel::Web,
            form: looked.values,
            materials,
            with: vec![],
        };
        Ok(actions::file(app, &terms, filing, looked.warnings, None).await?.id)
    }

    async fn supply(&self, story: &Story, at: &At) -> anyhow::Result<()> {
        let app = self.app;
        let subject = &story.person.subject;
        for gap in gaps(story.county) {
            let picture =
                self.pictures.iter().find(|one| one.slot == gap.of).context("a picture for the gap")?;
            let material = picture.as_material(app).context("an upload")?;
            actions::add_supplement(app, subject, &at.bureau, &at.id, material).await?;
        }
        actions::supply(app, subject, &story.person.by(), &at.bureau, &at.id, &BTreeMap::new()).await?;
        Ok(())
    }

    async fn inspect(&mut self, story: &Story, at: &At) -> anyhow::Result<()> {
        let app = self.app;
        let two = self.two_inspectors(&at.bureau).await?;
        self.take_photos(at, &two[0]).await?;
        let case = cases::store::by_id(&mut app.db.clone(), &at.bureau, &at.id).await?.context("the case")?;
        let answers = answers(&app.part::<Catalogue>(), &case, story.is_too_near());
        let now = app.now();
        let sign = |name: &str| Signature { name: name.to_owned(), at: now, picture: String::new() };
        let conclusion = if story.is_too_near() {
            "间距不符合当地合理布局要求"
        } else {
            "符合新办许可证的条件"
        };
        actions::save_record(app, &two[0], at, |record| {
            record.answers.clone_from(&answers);
            record.area_m2 = "36.5".to_owned();
            record.conclusion = conclusion.to_owned();
            record.signed.insert(two[0].id.clone(), sign(&two[0].name));
            let by = sign(&story.person.name);
            record.party = Some(PresentParty::Signed { by, relation: "经营者本人".to_owned() });
        })
        .await?;
        actions::save_record(app, &two[1], at, |record| {
            record.signed.insert(two[1].id.clone(), sign(&two[1].name));
        })
        .await?;
        actions::submit_record(app, &two[0], at).await?;
        Ok(())
    }

    async fn take_photos(&self, at: &At, inspector: &Officer) -> anyhow::Result<()> {
        for check in CHECKLIST.iter().filter(|check| check.photo.is_some()) {
            let picture =
                self.pictures.iter().find(|one| one.slot == check.key).context("a photo for the check")?;
            let photo = Photo {
                id: self.app.new_id(),
                of: check.key.to_owned(),
                digest: picture.digest.clone(),
                kind: "image/jpeg".to_owned(),
                bytes: picture.bytes,
                taken_at: self.app.now(),
                lat: Some(305_012_345),
                lon: Some(1_150_012_345),
                accuracy_m: Some(8),
                officer: inspector.id.clone(),
            };
            actions::add_photo(self.app, inspector, at, photo).await?;
        }
        Ok(())
    }

    async fn decide(&mut self, at: &At, verdict: Verdict) -> anyhow::Result<()> {
        let head = self.officer(&at.bureau, Post::BureauHead).await?;
        actions::decide(self.app, &head, at, verdict).await?;
        Ok(())
    }

    async fn deliver(&mut self, story: &Story, at: &At) -> anyhow::Result<()> {
        let app = self.app;
        let clerk = self.officer(&at.bureau, Post::LicenceClerk).await?;
        let case = cases::store::by_id(&mut app.db.clone(), &at.bureau, &at.id).await?.context("the case")?;
        let granted =
            matches!(&case.stage, Stage::Decided { outcome: cases::stage::Outcome::Granted { .. }, .. });
        let way = if granted && story.county.is_multiple_of(2) { Way::PickUp } else { Way::Post };
        let tracking =
            if way == Way::Post { format!("EY{:09}CN", 990_100_000 + story.county) } else { String::new() };
        let handed = Handed { way, tracking, received_by: story.person.name.clone() };
        actions::deliver(app, &clerk, at, handed).await?;
        Ok(())
    }
}

fn verdict(deed: Deed) -> Verdict {
    if let Deed::Grant = deed {
        return Verdict::Grant { opinion: String::new(), valid_years: 5 };
    }
    let fact = "距最近零售点（城中区桥城街道解放路373号）步行28.4米，当地规定不少于40米".to_owned();
    let reasons = vec![Reason { ground: "layout".to_owned(), fact }];
    Verdict::Refuse { opinion: String::new(), reasons }
}

/// What the inspectors found, beside what the town's siting plan asks.
fn answers(catalogue: &Catalogue, case: &Case, near: bool) -> BTreeMap<String, Answer> {
    let found = |check: &Check| {
        let (verdict, note, distance) = match check.key {
            "spacing" if near => ("no", "距城中区桥城街道解放路373号零售点", "28.4"),
            "spacing" => ("yes", "最近零售点在路口东侧", "86.5"),
            "school" => ("yes", "最近为街道中心幼儿园正门", "312"),
            _ => ("yes", "", ""),
        };
        Answer {
            verdict: verdict.to_owned(),
            note: note.to_owned(),
            distance: distance.to_owned(),
            demanded: cases::siting::demand(catalogue, case, check.key),
        }
    };
    CHECKLIST.iter().map(|check| (check.key.to_owned(), found(check))).collect()
}

fn gaps(county: usize) -> Vec<Gap> {
    let gap = |of: &str, name: &str, reason: &str, remedy: &str| Gap {
        of: of.to_owned(),
        name: name.to_owned(),
        reason: reason.to_owned(),
        remedy: remedy.to_owned(),
        example: "四角完整、文字清楚、没有反光".to_owned(),
    };
    let licence = gap(
        "business_licence",
        "营业执照",
        "照片右侧反光，统一社会信用代码看不清",
        "请在光线均匀处重新拍摄营业执照副本",
    );
    let lease = gap("premises_proof", "固定经营场所证明", "合同缺少签名页", "请补传有双方签名的最后一页");
    if county.is_multiple_of(2) { vec![licence, lease] } else { vec![licence] }
}
