//! What the bureaus of the demo town tell the public: written, reviewed and published by the same steps that people take, on a
//! clock set back to the day of each.

use anyhow::{Context, anyhow};
use disclosure::actions::{self, By, Looked};
use disclosure::article::{Article, Consultation, Content, cite};
use disclosure::state::Step;
use disclosure::{Kind, Published, store};
use identity::{Act, Post, officers};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::Deserialize;
use web::clock::beijing;
use web::{App, FixedClock};

use super::load::DemoFault;
use super::town::Town;

const ARTICLES: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/disclosure.toml"));
const UNITS: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/units.csv"));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    bureau: String,
    kind: Kind,
    title: String,
    #[serde(default)]
    number: String,
    ago: i64,
    effective: Option<i64>,
    lasts: Option<i64>,
    #[serde(default)]
    items: Vec<String>,
    #[serde(default)]
    cites: Vec<String>,
    summary: String,
    body: String,
    asked: Option<Asked>,
    #[serde(default)]
    comments: Vec<Said>,
    #[serde(default)]
    waiting: Vec<Said>,
    end: Option<End>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    from: i64,
    to: i64,
    contact: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    name: String,
    after: i64,
    body: String,
    #[serde(default)]
    answer: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    how: How,
    after: i64,
    why: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum How {
    Repeal,
    Withdraw,
}

/// Publishes everything. How many articles there are; nothing is done when some are there already.
pub(super) async fn load(app: &App, clock: &FixedClock, town: &Town) -> Result<usize, DemoFault> {
    let (rows, _) = store::mark(&mut app.db.clone()).await?;
    if rows > 0 {
        return Ok(0);
    }
    let now = app.now();
    let today = app.today();
    let loaded = publish_all(app, clock, town, today).await.map_err(super::load::refused);
    clock.set(now);
    loaded
}

async fn publish_all(app: &App, clock: &FixedClock, town: &Town, today: Date) -> anyhow::Result<usize> {
    let mut all = told()?;
    // Index numbers rise with the days.
    all.sort_by_key(|one| std::cmp::Reverse(one.ago));
    for one in &all {
        let story = Story { app, clock, town, today, one };
        story.tell().await.with_context(|| one.title.clone())?;
    }
    Ok(all.len())
}

fn told() -> anyhow::Result<Vec<Told>> {
    #[derive(Deserialize)]
    struct All {
        article: Vec<Told>,
    }
    Ok(toml::from_str::<All>(ARTICLES)?.article)
}

struct Story<'a> {
    app: &'a App,
    clock: &'a FixedClock,
    town: &'a Town,
    today: Date,
    one: &'a Told,
}

impl Story<'_> {
    /// The day so many days after publication.
    fn day(&self, after: i64) -> Date {
        self.today.saturating_sub(Span::new().days(self.one.ago)).saturating_add(Span::new().days(after))
    }

    fn goes_to(&self, after: i64, hour: i8) -> Timestamp {
        let at = beijing(self.day(after), hour, 20);
        self.clock.set(at);
        at
    }

    async fn somebody(&self, act: Act) -> anyhow::Result<(String, String)> {
        // Whoever has the post for it goes before the head of the bureau, who may do it too.
        for post in Post::ALL.into_iter().rev().filter(|post| identity::may(*post, act)) {
            let held =
                officers::holding(&mut self.app.db.clone(), &self.one.bureau, post, self.today).await?;
            if let Some(one) = held.into_iter().next() {
                return Ok((one.id, one.name));
            }
        }
        Err(anyhow!("{} 没有人可以“{}”", self.one.bureau, act.says()))
    }

    async fn tell(&self) -> anyhow::Result<()> {
        let (editor, reviewer) =
            (self.somebody(Act::EditDisclosure).await?, self.somebody(Act::ReviewDisclosure).await?);
        let by = |(id, name): &(String, String), at| By::new(id, name, at);
        let written = by(&editor, self.goes_to(-1, 10));
        let article = actions::create(self.app, &written, &self.one.bureau, self.content()?).await?;
        let article = self.step(&written, article, Step::Submit { by: written.person.clone() }).await?;
        let reviewed = by(&reviewer, self.goes_to(0, 9));
        let approve = Step::Approve { by: reviewed.person.clone(), at: reviewed.at };
        let article = self.step(&reviewed, article, approve).await?;
        self.comments(&article, &editor).await?;
        if let Some(end) = &self.one.end {
            let ended = by(&reviewer, self.goes_to(end.after, 16));
            let step = match end.how {
                How::Repeal => Step::Repeal { on: self.day(end.after), why: end.why.clone() },
                How::Withdraw => Step::Withdraw { at: ended.at, why: end.why.clone() },
            };
            self.step(&ended, article, step).await?;
        }
        Ok(())
    }

    async fn step(&self, by: &By, article: Article, step: Step) -> anyhow::Result<Article> {
        let place = (article.bureau.as_str(), article.id.as_str());
        let told = actions::take(self.app, by, place, article.version, step).await;
        told.map_err(|fault| anyhow!(fault.face().says))
    }

    async fn comments(&self, article: &Article, editor: &(String, String)) -> anyhow::Result<()> {
        for said in &self.one.comments {
            let on = self.public(article).await?;
            let id = self.says(&on, said).await?;
            let by = By::new(&editor.0, &editor.1, self.goes_to(said.after + 1, 15));
            let looked = Looked::Show { answer: said.answer.clone() };
            let done = actions::look_at(self.app, &by, (&on.bureau, &on.index_no, &id), 1, looked).await;
            done.map_err(|fault| anyhow!(fault.face().says))?;
        }
        for said in &self.one.waiting {
            let on = self.public(article).await?;
            self.says(&on, said).await?;
        }
        Ok(())
    }

    async fn public(&self, article: &Article) -> anyhow::Result<Published> {
        let index = article.index_no.as_deref().context("not published")?;
        let found = store::by_index(&mut self.app.db.clone(), &article.bureau, index).await?;
        found.context("not public")
    }

    async fn says(&self, on: &Published, said: &Said) -> anyhow::Result<String> {
        self.goes_to(said.after, 20);
        let id = self.app.new_id();
        let done = actions::say(self.app, on, &id, &said.name, &said.body).await;
        done.map_err(|fault| anyhow!(fault.face().says))?;
        Ok(id)
    }

    fn content(&self) -> anyhow::Result<Content> {
        let one = self.one;
        let bureau = self.town.bureaus.iter().find(|bureau| bureau.code == one.bureau).context("bureau")?;
        let published = self.day(0);
        let number = one.number.replace("{year}", &published.year().to_string());
        let cites: Result<_, String> = one.cites.iter().map(|written| cite(written, self.today)).collect();
        let asked = one.asked.as_ref().map(|asked| Consultation {
            from: self.day(asked.from),
            to: self.day(asked.to),
            contact: asked.contact.clone(),
        });
        Ok(Content {
            kind: one.kind,
            title: one.title.clone(),
            organ: bureau.name.clone(),
            doc_number: number,
            made_on: Some(self.day(-1)),
            effective_on: one.effective.map(|after| self.day(after)),
            expires_on: one.lasts.map(|days| self.day(one.effective.unwrap_or_default() + days)),
            summary: one.summary.clone(),
            body: one.body.trim().replace("{quota}", &quota(&one.bureau)?),
            items: one.items.clone(),
            cites: cites.map_err(|says| anyhow!(says))?,
            attachments: Vec::new(),
            consultation: asked,
        })
    }
}

/// The market units of a county as a table of the markup.
fn quota(bureau: &str) -> anyhow::Result<String> {
    #[derive(Deserialize)]
    struct Unit {
        county_code: String,
        name: String,
        kind: String,
        cap: i64,
        current: i64,
    }
    let mut table =
        String::from("| 单元名称 | 余量 | 规划数 | 当前实际数 | 间距 | 备注 |\n|---|---|---|---|---|---|");
    for unit in csv::Reader::from_reader(UNITS).deserialize() {
        let unit: Unit = unit?;
        if unit.county_code != bureau {
            continue;
        }
        let left = (unit.cap - unit.current).max(0);
        let distance = if unit.kind == "town" { "70米" } else { "40米" };
        let note = if left == 0 { "排队轮候" } else { "可以申请" };
        table +=
            &format!("\n| {} | {left} | {} | {} | {distance} | {note} |", unit.name, unit.cap, unit.current);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_article_can_be_read_and_says_whose_it_is() {
        let (all, town) = (told().unwrap(), Town::embedded());
        assert!(all.len() >= 25, "{}", all.len());
        for one in &all {
            assert!(town.bureaus.iter().any(|bureau| bureau.code == one.bureau), "{}", one.title);
            for written in &one.cites {
                cite(written, jiff::civil::date(2026, 11, 25)).unwrap_or_else(|says| panic!("{says}"));
            }
        }
    }

    #[test]
    fn a_quota_table_has_a_row_for_each_unit_of_the_county() {
        let table = quota("990101").unwrap();
        assert_eq!(table.lines().count(), 2 + 6);
        assert!(table.contains("| 桥城街道 | 3 | 179 | 176 | 40米 | 可以申请 |"), "{table}");
    }
}
