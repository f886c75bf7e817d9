//! A whole site by its list of guides: every guide there should be, and what each says.

use catalog::drift::{self, Drift};
use catalog::pages::index::{Index, Listed, Office};
use catalog::{Catalogue, pages};
use web::App;

use super::{Report, fetched, of_page};

/// Pages of the list of bureaus: twice the bureaus there are in the country.
const MOST_PAGES: usize = 20;

/// A site under inspection.
pub struct Site<'a> {
    pub app: &'a App,
    /// `http://host`, or what stands before `/guides.json`.
    pub root: &'a str,
    /// Guides whose content is read; of further ones only the digest is compared.
    pub most: usize,
}

impl Site<'_> {
    /// Everything there, or one bureau's guides.
    pub async fn look(&self, bureau: Option<&str>) -> Report {
        let mut report = Report::default();
        match bureau {
            Some(code) => self.bureau(code, &mut report).await,
            None => self.everything(&mut report).await,
        }
        if report.found.is_empty() {
            report.found.push((format!("{}/guides.json", self.root), Drift::Same));
        }
        report
    }

    async fn everything(&self, report: &mut Report) {
        let Some(first) = self.index("", report).await else { return };
        let catalogue = self.app.part::<Catalogue>();
        let own = pages::index::of_bureau(&catalogue, "", &self.app.settings().base_url);
        self.guides(&first, &own, report).await;
        let Some(theirs) = self.bureaus(first, report).await else { return };
        let compared = drift::compare_bureaus(&theirs, catalogue.offices());
        let at = |(path, drift): (String, Drift)| (format!("{}{path}", self.root), drift);
        report.found.extend(compared.found.into_iter().map(at));
        for code in &compared.differ {
            self.bureau(code, report).await;
        }
        for office in catalogue.offices() {
            let agrees = theirs.iter().any(|one| one.bureau == office.bureau && one.digest == office.digest);
            if agrees && !report.is_cut_off() {
                self.contents(&pages::index::of_bureau(&catalogue, &office.bureau, self.root).guides, report)
                    .await;
            }
        }
    }

    async fn bureau(&self, code: &str, report: &mut Report) {
        let Some(copy) = self.index(&format!("?bureau={code}"), report).await else { return };
        let own = pages::index::of_bureau(&self.app.part::<Catalogue>(), code, &self.app.settings().base_url);
        self.guides(&copy, &own, report).await;
    }

    /// The bureaus on all pages of the list; an endless list is told.
    async fn bureaus(&self, first: Index, report: &mut Report) -> Option<Vec<Office>> {
        let (mut all, mut after) = (first.bureaus, first.after);
        for _ in 0..MOST_PAGES {
            let Some(code) = after.filter(|code| code.chars().all(|one| one.is_ascii_digit())) else {
                return Some(all);
            };
            let page = self.index(&format!("?after={code}"), report).await?;
            after = page.after.filter(|next| *next > code);
            all.extend(page.bureaus);
        }
        let says = "单位的目录没有尽头：请检查那里的 guides.json".to_owned();
        report.found.push((format!("{}/guides.json", self.root), Drift::Missing { says }));
        None
    }

    /// What is listed there against ours, then what the listed guides say.
    async fn guides(&self, copy: &Index, own: &Index, report: &mut Report) {
        let compared = drift::compare_index(copy, own);
        let listed = |one: &&Listed| !compared.iter().any(|(url, _)| *url == one.url);
        let same: Vec<Listed> = own.guides.iter().filter(listed).cloned().collect();
        // What differs is told where it was looked at, not under our own address.
        let own_root = self.app.settings().base_url.trim_end_matches('/');
        let there = |(url, drift): (String, Drift)| match url.strip_prefix(own_root) {
            Some(path) => (format!("{}{path}", self.root), drift),
            None => (url, drift),
        };
        report.found.extend(compared.into_iter().map(there));
        self.contents(&same, report).await;
    }

    /// A digest in a list can be current while the page behind it isn't: looks at the guides themselves.
    async fn contents(&self, guides: &[Listed], report: &mut Report) {
        for one in guides {
            if report.is_cut_off() || report.read == self.most {
                report.by_digest_only += 1;
                continue;
            }
            report.read += 1;
            let bureau =
                if one.bureau.is_empty() { String::new() } else { format!("?bureau={}", one.bureau) };
            let url = format!("{}/guides/{}/{}/guide.json{bureau}", self.root, one.item, one.business);
            let drift = match fetched(&url).await {
                Ok(answered) => of_page(self.app, &answered).await,
                Err(says) => Drift::Unreachable { says },
            };
            if !drift.is_same() {
                report.found.push((url, drift));
            }
        }
    }

    async fn index(&self, query: &str, report: &mut Report) -> Option<Index> {
        let url = format!("{}/guides.json{query}", self.root);
        let drift = match fetched(&url).await {
            Err(says) => Drift::Unreachable { says },
            Ok(answered) if !answered.is_good() => Drift::Missing {
                says: format!("这个地址回答 {}：那里没有指南目录", answered.status),
            },
            Ok(answered) => match serde_json::from_str::<Index>(&answered.body) {
                Ok(index) => return Some(index),
                Err(_) => Drift::Missing {
                    says: "这个地址的内容不是指南目录：请检查地址".to_owned()
                },
            },
        };
        report.found.push((url, drift));
        None
    }
}
