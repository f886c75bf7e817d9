//! What applicants do.

use super::{BUREAU, Browser, Page, Shop, Town, picture};

/// The materials that an application of a person for an own shop must have.
pub const MATERIALS: [&str; 2] = ["business_licence", "principal_id_card"];

/// An application that is not sent yet.
pub struct Draft {
    pub browser: Browser,
    pub id: String,
    login: String,
}

/// An application that was sent.
#[derive(Clone, Debug)]
pub struct Case {
    pub bureau: String,
    pub id: String,
    pub number: String,
    pub query_code: String,
    /// Whose it is.
    pub login: String,
}

impl Case {
    /// The applicant's page of it, or one below.
    pub fn mine(&self, below: &str) -> String {
        format!("/cases/{}/{}{below}", self.bureau, self.id)
    }

    /// The officers' page of it, or one below.
    pub fn desk(&self, below: &str) -> String {
        format!("/desk/cases/{}/{}{below}", self.bureau, self.id)
    }
}

impl Town {
    /// Applies in 城中区 and sends it off.
    pub async fn applies(&self, login: &str, shop: &Shop) -> Case {
        let draft = self.begins(login).await;
        draft.fills_in(shop).await.must_be(200);
        draft.uploads_everything().await;
        draft.sends().await
    }

    /// Chooses the county, reads the notice, answers the self-check; stands before the empty form.
    pub async fn begins(&self, login: &str) -> Draft {
        let browser = self.at(login).await;
        let page = browser.get("/apply/retail-licence/xinban").await;
        let page = browser.send(page.form_with("bureau").set("bureau", BUREAU)).await;
        let id = page.at.split('/').nth(2).unwrap_or_default().to_owned();
        assert_eq!(page.at, format!("/drafts/{id}/notice"), "{}", page.words());
        let page = browser.send(page.form_with("_csrf")).await;
        let mut form = page.form_with("funds");
        for question in ["funds", "business_licence", "premises", "school", "layout", "one_licence", "record"]
        {
            form = form.set(question, "yes");
        }
        let page = browser.send(form).await;
        assert!(page.at.ends_with("/form"), "{}:\n{}", page.at, page.words());
        Draft { browser, id, login: login.to_owned() }
    }

    /// Looks at an own page of the case.
    pub async fn looks_at(&self, case: &Case, below: &str) -> Page {
        self.at(&case.login).await.get(&case.mine(below)).await
    }

    /// Asks by number and query code, without signing in.
    pub async fn asks_for_progress(&self, number: &str, code: &str) -> Page {
        let visitor = self.visitor();
        let page = visitor.get("/progress").await;
        visitor.send(page.form_with("number").fill([("number", number), ("code", code)])).await
    }

    /// Sends in a picture for a material that was asked for again.
    pub async fn adds(&self, case: &Case, material: &str) -> Page {
        let browser = self.at(&case.login).await;
        let page = browser.get(&case.mine("/supplement")).await;
        let form = page.form_to(&format!("/supplement/{material}"));
        browser.send(form.attach("file", "补拍.jpg", picture(material))).await
    }

    /// Sends the supplement with corrected entries of the form.
    pub async fn supplies(&self, case: &Case, entries: &[(&str, &str)]) -> Page {
        let browser = self.at(&case.login).await;
        let page = browser.get(&case.mine("/supplement")).await;
        let form =
            page.forms().into_iter().rev().find(|form| !form.multipart && !form.action.contains("/delete"));
        browser.send(form.expect("the form that hands in").fill(entries.iter().copied())).await
    }

    pub async fn withdraws(&self, case: &Case, reason: &str) -> Page {
        let browser = self.at(&case.login).await;
        let page = browser.get(&case.mine("/withdraw")).await;
        browser.send(page.form_with("reason").set("reason", reason)).await
    }
}

impl Draft {
    pub fn at(&self, below: &str) -> String {
        format!("/drafts/{}{below}", self.id)
    }

    /// The form with everything typed that the page asks.
    pub async fn form(&self, shop: &Shop) -> super::Form {
        let page = self.browser.get(&self.at("/form")).await;
        let mut form = page.form_with("business_name");
        for (field, value) in shop.entries().iter().filter(|(field, _)| !field.is_empty()) {
            if form.has(field) {
                form = form.set(field, value);
            }
        }
        form.set("go", "next")
    }

    pub async fn fills_in(&self, shop: &Shop) -> Page {
        self.browser.send(self.form(shop).await).await
    }

    /// Sends one file for a material.
    pub async fn uploads(&self, material: &str, name: &str, bytes: &[u8]) -> Page {
        self.browser.send(self.upload_form(material).await.attach("file", name, bytes)).await
    }

    pub async fn upload_form(&self, material: &str) -> super::Form {
        let page = self.browser.get(&self.at("/materials")).await;
        let forms = page.forms().into_iter();
        let form = forms
            .filter(|form| !form.has("instead_of"))
            .find(|form| form.action.ends_with(&format!("/materials/{material}")));
        form.unwrap_or_else(|| panic!("no form for {material}:\n{}", page.words()))
    }

    pub async fn uploads_everything(&self) {
        for material in MATERIALS {
            self.uploads(material, "照片.jpg", picture(material)).await.must_be(200);
        }
    }

    /// From the materials to the last page.
    pub async fn goes_to_confirm(&self) -> Page {
        let page = self.browser.get(&self.at("/materials")).await;
        let page = self.browser.send(page.form_with("go").set("go", "next")).await;
        assert!(page.at.ends_with("/confirm"), "{}:\n{}", page.at, page.words());
        page
    }

    /// The last page's form, with the promise ticked and ready to be sent.
    pub async fn ready(&self) -> super::Form {
        self.goes_to_confirm().await.form_with("promise").set("promise", "yes")
    }

    pub async fn sends(&self) -> Case {
        let page = self.browser.send(self.ready().await).await;
        self.received(&page)
    }

    /// What the receipt says.
    pub fn received(&self, page: &Page) -> Case {
        let parts: Vec<&str> = page.at.split('/').collect();
        let ["", "cases", bureau, id, "receipt"] = parts[..] else {
            panic!("{} ({}) is no receipt:\n{}", page.at, page.status, page.words())
        };
        let numbers = page.all(".big-number");
        Case {
            bureau: bureau.to_owned(),
            id: id.to_owned(),
            number: numbers[0].clone(),
            query_code: numbers[1].clone(),
            login: self.login.clone(),
        }
    }
}

impl Town {
    /// The words of a paper of the case, as the applicant opens it. Opening is reading: it is the proof of delivery.
    pub async fn paper(&self, case: &Case, title: &str) -> String {
        let page = self.looks_at(case, "").await;
        let pdf = self.at(&case.login).await.get(&page.link(title)).await;
        pdf.must_be(200);
        super::paper::words_of(&pdf.body)
    }

    /// A page about a licence, as soon as the register in memory has it.
    pub async fn once_in_the_register(&self, browser: &Browser, path: &str) -> Page {
        for _ in 0..40 {
            let page = browser.get(path).await;
            if page.status.is_success() {
                return page;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("{path} is not in the register after four seconds")
    }
}

/// What the ledger says in figures.
pub struct Ledger {
    pub promised: Count,
    pub statutory: Count,
}

pub struct Count {
    pub due: String,
    /// The first day that counts.
    pub first_day: String,
    /// Working days that don't count because the clock stood still.
    pub paused: Vec<String>,
}

impl Town {
    pub async fn ledger(&self, case: &Case) -> Ledger {
        let ledger = self.looks_at(case, "/ledger?format=json").await.must_be(200).json();
        Ledger { promised: count(&ledger["promised"]), statutory: count(&ledger["statutory"]) }
    }
}

fn count(ledger: &serde_json::Value) -> Count {
    let text = |value: &serde_json::Value| {
        value.as_str().unwrap_or_else(|| panic!("no text in {ledger}")).to_owned()
    };
    let days = ledger["days"].as_array().unwrap_or_else(|| panic!("no days in {ledger}"));
    let counted = |day: &&serde_json::Value| day["counted"] == true;
    let worked = |day: &&serde_json::Value| {
        matches!(day["kind"]["kind"].as_str(), Some("workday" | "adjusted_workday"))
    };
    let start = text(&ledger["start"]);
    let stood =
        days.iter().filter(worked).filter(|day| day["counted"] == false && day["date"] != start.as_str());
    Count {
        due: text(&ledger["due"]["on"]),
        first_day: days.iter().find(counted).map(|day| text(&day["date"])).unwrap_or_default(),
        paused: stood.map(|day| text(&day["date"])).collect(),
    }
}
