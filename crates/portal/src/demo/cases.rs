//! Some sixty cases of the demo town, in every stage, with a plausible past. They come about by the same actions that
//! people's clicks run, on a clock set back to the day of each step, so nothing here can be in a state the house can't reach.

use anyhow::Context;
use cases::stage::Advice;
use jiff::civil::Date;
use law::Workdays;
use web::{App, FixedClock};

use super::pictures;
use super::telling::Teller;

/// What becomes of a story, in the order of a case's life. Each county has one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
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
pub enum Deed {
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

pub struct Story {
    pub bureau: String,
    pub fate: Fate,
    pub county: usize,
    pub person: super::applicants::Applicant,
    pub case: Option<String>,
}

impl Story {
    /// The shop stands too near to another one: it will be refused.
    pub fn is_too_near(&self) -> bool {
        self.fate == Fate::Rare && self.county == 0
    }
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
    let mut teller = Teller::new(app, pictures);
    for event in &events {
        clock.set(web::clock::beijing(event.day, (event.minute / 60) as i8, (event.minute % 60) as i8));
        let story = &mut stories[event.story];
        teller
            .tell(story, event.deed)
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
