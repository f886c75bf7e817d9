//! Some sixty cases of the demo town, in every stage, with a plausible past. They come about by the same actions that
//! people's clicks run, on a clock set back to the day of each step, so nothing here can be in a state the house can't reach.

use std::collections::BTreeMap;

use anyhow::Context;
use cases::actions::{self, At, Filing, Handed, Verdict};
use cases::case::{Channel, Material, Way};
use cases::decide::Reason;
use cases::inspect::{Answer, CHECKLIST, PresentParty, Signature};
use cases::intake::Declined;
use cases::stage::{Advice, Gap, Stage};
use cases::store::Photo;
use identity::{Officer, Post};
use jiff::civil::Date;
use law::{PauseKind, Workdays};
use web::{App, FixedClock};

use super::pictures::{self, Picture};

/// What becomes of a story, in the order of a case's life. Each county has one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    JustReceived,
    NoticeDueSoon,
    DeemedAccepted,
    AskedForMore,
    Supplied,
    WaitsForInspectors,
    Inspecting,
    Examining,
    Deciding,
    GrantedUndelivered,
    GrantedDelivered,
    /// A different rarity in each county: refused, not accepted, withdrawn, paused, extended.
    Rare,
}

const FATES: [Fate; 12] = [
    Fate::JustReceived,
    Fate::NoticeDueSoon,
    Fate::DeemedAccepted,
    Fate::AskedForMore,
    Fate::Supplied,
    Fate::WaitsForInspectors,
    Fate::Inspecting,
    Fate::Examining,
    Fate::Deciding,
    Fate::GrantedUndelivered,
    Fate::GrantedDelivered,
    Fate::Rare,
];

/// One step of a story: so many working days before today, at a time of day in minutes, on case `story`.
struct Event {
    day: Date,
    minute: i64,
    story: usize,
    deed: Deed,
}

#[derive(Clone, Copy)]
enum Deed {
    File,
    Accept,
    Lapse,
    AskForMore,
    Supply,
    ReviewPaper,
    Assign,
    Inspect,
    Examine(Advice),
    Grant,
    Refuse,
    Deliver,
    Decline,
    Withdraw,
    Pause,
    Extend,
}

struct Story {
    bureau: String,
    fate: Fate,
    county: usize,
    person: super::applicants::Applicant,
    case: Option<String>,
}

/// Runs the stories against `app`, whose clock is `clock`. Answers how many cases there are now.
pub async fn load(
    app: &App,
    clock: &FixedClock,
    people: Vec<super::applicants::Applicant>,
    counties: &[String],
) -> anyhow::Result<usize> {
    let now = app.now();
    let today = app.today();
    let mut stories = stories(people, counties);
    let mut events: Vec<Event> = vec![];
    for (i, story) in stories.iter().enumerate() {
        events.extend(script(app, story, i, today));
    }
    // Document numbers rise with the days, as they do in a real register.
    events.sort_by_key(|event| (event.day, event.minute, event.story));
    let pictures = pictures::keep(app).await?;
    let mut told = Teller { app, pictures, officers: BTreeMap::new() };
    for event in &events {
        clock.set(web::clock::beijing(event.day, (event.minute / 60) as i8, (event.minute % 60) as i8));
        let story = &mut stories[event.story];
        told.tell(story, event.deed)
            .await
            .with_context(|| format!("{:?} in {}", story.fate, story.bureau))?;
    }
    clock.set(now);
    Ok(stories.iter().filter(|story| story.case.is_some()).count())
}

fn stories(people: Vec<super::applicants::Applicant>, counties: &[String]) -> Vec<Story> {
    let all = counties
        .iter()
        .enumerate()
        .flat_map(|(county, bureau)| FATES.map(|fate| (county, bureau.clone(), fate)));
    all.zip(people)
        .map(|((county, bureau, fate), person)| Story { bureau, fate, county, person, case: None })
        .collect()
}

/// The deeds of a story on their days. `n` counts working days before today.
fn script(app: &App, story: &Story, index: usize, today: Date) -> Vec<Event> {
    let start = 9 * 60 + (index as i64 * 7) % 90;
    let plan: Vec<(u16, Deed)> = match story.fate {
        Fate::JustReceived => vec![(0, Deed::File)],
        Fate::NoticeDueSoon => vec![(4, Deed::File)],
        Fate::DeemedAccepted => vec![(8, Deed::File), (2, Deed::Lapse)],
        Fate::AskedForMore => vec![(6, Deed::File), (4, Deed::AskForMore)],
        Fate::Supplied => vec![(9, Deed::File), (7, Deed::AskForMore), (3, Deed::Supply)],
        Fate::WaitsForInspectors => vec![(4, Deed::File), (3, Deed::Accept), (2, Deed::ReviewPaper)],
        Fate::Inspecting => {
            vec![(5, Deed::File), (4, Deed::Accept), (3, Deed::ReviewPaper), (1, Deed::Assign)]
        }
        Fate::Examining => upto_inspection(7),
        Fate::Deciding => [upto_inspection(9), vec![(3, Deed::Examine(Advice::Grant))]].concat(),
        Fate::GrantedUndelivered => [upto_inspection(10), decided(4, Deed::Grant)].concat(),
        Fate::GrantedDelivered => {
            [upto_inspection(16), decided(9, Deed::Grant), vec![(6, Deed::Deliver)]].concat()
        }
        Fate::Rare => match story.county {
            0 => [upto_inspection(14), decided(7, Deed::Refuse), vec![(5, Deed::Deliver)]].concat(),
            1 => vec![(5, Deed::File), (4, Deed::Decline)],
            2 => vec![(7, Deed::File), (6, Deed::Accept), (5, Deed::Withdraw)],
            3 => [upto_inspection(10), vec![(4, Deed::Pause)]].concat(),
            _ => [upto_inspection(18), vec![(6, Deed::Extend)]].concat(),
        },
    };
    let calendar = app.calendar();
    let days_ago = |n: u16| match n {
        // Filing works on any day; the other steps happen on working days.
        0 if calendar.is_workday(today) => today,
        0 => calendar.nth_workday_before(today, Workdays(1)).on,
        n => calendar.nth_workday_before(today, Workdays(n)).on,
    };
    let at = |(i, (n, deed)): (usize, (u16, Deed))| Event {
        day: days_ago(n),
        // Just received means this morning, before whoever loads the town looks at it.
        minute: if n == 0 { 5 } else { start + (i as i64 * 83) % 420 },
        story: index,
        deed,
    };
    plan.into_iter().enumerate().map(at).collect()
}

fn upto_inspection(from: u16) -> Vec<(u16, Deed)> {
    vec![
        (from, Deed::File),
        (from - 1, Deed::Accept),
        (from - 2, Deed::ReviewPaper),
        (from - 3, Deed::Assign),
        (from - 4, Deed::Inspect),
    ]
}

fn decided(on: u16, deed: Deed) -> Vec<(u16, Deed)> {
    let advice = if matches!(deed, Deed::Refuse) { Advice::Refuse } else { Advice::Grant };
    vec![(on + 1, Deed::Examine(advice)), (on, deed)]
}

/// Runs deeds as the people who would do them.
struct Teller<'a> {
    app: &'a App,
    pictures: Vec<Picture>,
    officers: BTreeMap<(String, &'static str), Vec<Officer>>,
}

impl Teller<'_> {
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

    async fn tell(&mut self, story: &mut Story, deed: Deed) -> anyhow::Result<()> {
        let app = self.app;
        let bureau = story.bureau.clone();
        let at = At { bureau: bureau.clone(), id: story.case.clone().unwrap_or_default(), seen: None };
        match deed {
            Deed::File => story.case = Some(self.file(story).await?),
            Deed::Lapse => _ = actions::lapse(app, &bureau, &at.id).await?,
            Deed::Supply => self.supply(story, &at).await?,
            Deed::Withdraw => {
                let who = story.person.by();
                actions::withdraw(
                    app,
                    &story.person.subject,
                    &who,
                    &bureau,
                    &at.id,
                    "店铺改作他用，暂不经营烟草制品",
                )
                .await?;
            }
            Deed::Accept => {
                _ = actions::accept(app, &self.officer(&bureau, Post::LicenceClerk).await?, &at).await?
            }
            Deed::AskForMore => {
                let clerk = self.officer(&bureau, Post::LicenceClerk).await?;
                actions::ask_for_more(app, &clerk, &at, gaps(story.county), 10).await?;
            }
            Deed::Decline => {
                let clerk = self.officer(&bureau, Post::LicenceClerk).await?;
                let why =
                    Declined::NotOurs { competent: "店铺所在的城中区烟草专卖局".to_owned() };
                actions::decline(app, &clerk, &at, why, "申请的经营场所在城中区，不在本局辖区。").await?;
            }
            Deed::ReviewPaper => {
                let head = self.officer(&bureau, Post::LicenceHead).await?;
                actions::review_paper(app, &head, &at, "材料齐全，主体资格符合要求，同意安排实地核查。")
                    .await?;
            }
            Deed::Assign => {
                let head = self.officer(&bureau, Post::TeamHead).await?;
                let two: Vec<String> = self
                    .officers(&bureau, Post::Inspector)
                    .await?
                    .into_iter()
                    .take(2)
                    .map(|one| one.id)
                    .collect();
                actions::assign(app, &head, &at, two, app.today()).await?;
            }
            Deed::Inspect => self.inspect(story, &at).await?,
            Deed::Examine(advice) => {
                let head = self.officer(&bureau, Post::LicenceHead).await?;
                let opinion = match advice {
                    Advice::Grant => "经书面审查和实地核查，符合法定条件，建议准予许可。",
                    Advice::Refuse => "实地核查的间距不符合当地合理布局要求，建议不予许可。",
                };
                actions::examine(app, &head, &at, advice, opinion).await?;
            }
            Deed::Grant => {
                self.decide(&at, Verdict::Grant { opinion: String::new(), valid_years: 5 }).await?
            }
            Deed::Refuse => {
                let fact =
                    "距最近零售点（城中区桥城街道解放路373号）步行28.4米，当地规定不少于40米".to_owned();
                let reasons = vec![Reason { ground: "layout".to_owned(), fact }];
                self.decide(&at, Verdict::Refuse { opinion: String::new(), reasons }).await?;
            }
            Deed::Deliver => self.deliver(story, &at).await?,
            Deed::Pause => {
                let head = self.officer(&bureau, Post::LicenceHead).await?;
                let why = "利害关系人要求听证，听证期间不计入审批期限";
                actions::pause(app, &head, &at, PauseKind::ALL[0], why, Some(12)).await?;
            }
            Deed::Extend => {
                let head = self.officer(&bureau, Post::BureauHead).await?;
                actions::extend(app, &head, &at, 10, "申请地址涉及单元边界调整，需要进一步核实").await?;
            }
        }
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
        let two: Vec<Officer> =
            self.officers(&at.bureau, Post::Inspector).await?.into_iter().take(2).collect();
        let near = story.fate == Fate::Rare && story.county == 0;
        for check in CHECKLIST.iter().filter(|check| check.photo.is_some()) {
            let picture =
                self.pictures.iter().find(|one| one.slot == check.key).context("a photo for the check")?;
            let photo = Photo {
                id: app.new_id(),
                of: check.key.to_owned(),
                digest: picture.digest.clone(),
                kind: "image/jpeg".to_owned(),
                bytes: picture.bytes,
                taken_at: app.now(),
                lat: Some(305_012_345),
                lon: Some(1_150_012_345),
                accuracy_m: Some(8),
                officer: two[0].id.clone(),
            };
            actions::add_photo(app, &two[0], at, photo).await?;
        }
        let name = story.person.name.clone();
        let now = app.now();
        let sign = |name: &str| Signature { name: name.to_owned(), at: now, picture: String::new() };
        actions::save_record(app, &two[0], at, |record| {
            for check in CHECKLIST {
                record.answers.insert(check.key.to_owned(), answer(check.key, near));
            }
            record.area_m2 = "36.5".to_owned();
            let conclusion = if near {
                "间距不符合当地合理布局要求"
            } else {
                "符合新办许可证的条件"
            };
            record.conclusion = conclusion.to_owned();
            record.signed.insert(two[0].id.clone(), sign(&two[0].name));
            record.party =
                Some(PresentParty::Signed { by: sign(&name), relation: "经营者本人".to_owned() });
        })
        .await?;
        actions::save_record(app, &two[1], at, |record| {
            record.signed.insert(two[1].id.clone(), sign(&two[1].name));
        })
        .await?;
        actions::submit_record(app, &two[0], at).await?;
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

fn answer(check: &str, near: bool) -> Answer {
    let (verdict, note, distance) = match check {
        "spacing" if near => ("no", "距城中区桥城街道解放路373号零售点", "28.4"),
        "spacing" => ("yes", "最近零售点在路口东侧", "86.5"),
        "school" => ("yes", "最近为街道中心幼儿园正门", "312"),
        _ => ("yes", "", ""),
    };
    Answer { verdict: verdict.to_owned(), note: note.to_owned(), distance: distance.to_owned() }
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
