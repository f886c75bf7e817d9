//! What officers do. Logins are those of `places/9901/officers.toml`: zj clerk, sz head of the team, hc inspectors,
//! fz head of licences, jz head of the bureau.

use super::{Case, PICTURE, Page, Town};

pub const CLERK: &str = "cz-zj1";
pub const TEAM_HEAD: &str = "cz-sz";
pub const INSPECTORS: [&str; 2] = ["cz-hc1", "cz-hc2"];
pub const LICENCE_HEAD: &str = "cz-fz";
pub const BUREAU_HEAD: &str = "cz-jz";

/// The checks of the inspection that want a photo, and those that want a distance.
const PHOTOS: [&str; 3] = ["address", "premises", "apart"];
const CHECKS: [(&str, &str); 8] = [
    ("address", ""),
    ("premises", ""),
    ("apart", ""),
    ("counter", ""),
    ("licence", ""),
    ("school", "312"),
    ("spacing", "86.5"),
    ("safety", ""),
];

impl Town {
    /// Opens the page of a step, types, and sends it.
    pub async fn takes(&self, officer: &str, case: &Case, step: &str, typed: &[(&str, &str)]) -> Page {
        let browser = self.at(officer).await;
        let page = browser.get(&case.desk(&format!("/{step}"))).await;
        page.must_be(200);
        browser.send(page.form_with("seen").fill(typed.iter().copied())).await
    }

    pub async fn accepts(&self, case: &Case) -> Page {
        self.takes(CLERK, case, "accept", &[]).await.must_be(200).clone()
    }

    pub async fn reviews_papers(&self, case: &Case) {
        self.takes(LICENCE_HEAD, case, "review_paper", &[("opinion", "材料齐全，符合法定形式")])
            .await
            .must_be(200);
    }

    /// The head of the team sends two inspectors, today.
    pub async fn assigns(&self, case: &Case) {
        let browser = self.at(TEAM_HEAD).await;
        let page = browser.get(&case.desk("/assign")).await;
        let form = page.form_with("inspectors");
        let ids: Vec<String> = page.inspectors(&["任启航", "姜佳宁"]);
        let form = form.fill(ids.iter().map(|id| ("inspectors", id.as_str())));
        browser.send(form.set("planned_on", &self.today().to_string())).await.must_be(200);
    }

    /// Two inspectors on the spot, the second signs on a phone of their own.
    pub async fn inspects(&self, case: &Case, conclusion: &str) -> Page {
        let first = self.at(INSPECTORS[0]).await;
        let at = case.desk("/inspect");
        for (check, distance) in CHECKS {
            let page = first.get(&at).await;
            let mut form = page.form_to(&format!("/inspect/check/{check}")).set("verdict", "yes");
            if !distance.is_empty() {
                form = form.set("distance", distance);
            }
            first.send(form).await.must_be(200);
        }
        for check in PHOTOS {
            let page = first.get(&at).await;
            let form =
                page.form_to(&format!("/inspect/photo/{check}")).set("place", "30.5012345,115.0012345,8");
            first.send(form.attach("photo", "现场.jpg", PICTURE)).await.must_be(200);
        }
        let page = first.get(&at).await;
        let form = page.form_to("/inspect/summary").fill([("area", "36.5"), ("conclusion", conclusion)]);
        first.send(form).await.must_be(200);
        for inspector in INSPECTORS {
            let phone = self.at(inspector).await;
            let page = phone.get(&at).await;
            phone.send(page.form_to("/inspect/sign").set("confirm", "yes")).await.must_be(200);
        }
        let page = first.get(&at).await;
        let form =
            page.form_to("/inspect/party").fill([("how", "signed"), ("name", "李明"), ("relation", "本人")]);
        first.send(form).await.must_be(200);
        let page = first.get(&at).await;
        first.send(page.form_to("/inspect/submit")).await.must_be(200).clone()
    }

    pub async fn examines(&self, case: &Case, advice: &str) {
        let typed = [("advice", advice), ("opinion", "经书面审查和实地核查，情况属实")];
        self.takes(LICENCE_HEAD, case, "examine", &typed).await.must_be(200);
    }

    pub async fn grants(&self, case: &Case) -> Page {
        self.takes(BUREAU_HEAD, case, "decide", &[("outcome", "grant"), ("years", "5")])
            .await
            .must_be(200)
            .clone()
    }

    pub async fn refuses(&self, case: &Case, ground: &str, fact: &str) -> Page {
        let (ground, name) = (format!("ground-{ground}"), format!("fact-{ground}"));
        let typed = [("outcome", "refuse"), (ground.as_str(), "yes"), (name.as_str(), fact)];
        self.takes(BUREAU_HEAD, case, "decide", &typed).await.must_be(200).clone()
    }

    pub async fn delivers(&self, case: &Case, way: &str) -> Page {
        self.takes(CLERK, case, "deliver", &[("way", way)]).await
    }

    /// Everything from acceptance to the advice, so that only the decision is left.
    pub async fn brings_to_decision(&self, case: &Case, advice: &str) {
        self.accepts(case).await;
        self.reviews_papers(case).await;
        self.assigns(case).await;
        self.inspects(case, "符合新办许可证的条件").await.must_say("核查记录已提交");
        self.examines(case, advice).await;
    }

    /// The clerk asks for materials, each with the first of its common faults.
    pub async fn asks_for_more(&self, case: &Case, materials: &[&str], days: &str) -> Page {
        let browser = self.at(CLERK).await;
        let page = browser.get(&case.desk("/supplement")).await;
        page.must_be(200);
        let mut form = page.form_with("days").set("days", days);
        for material in materials {
            let fault = format!("fault-{material}");
            let first =
                form.choices(&fault).into_iter().find(|code| !code.is_empty()).expect("a common fault");
            form = form.set(&format!("ask-{material}"), "yes").set(&fault, &first);
        }
        browser.send(form).await
    }

    /// The licence number on the applicant's page of a granted case.
    pub async fn licence_of(&self, case: &Case) -> String {
        let page = self.looks_at(case, "").await;
        let words = page.words();
        let after = words.split("许可证号").nth(1).unwrap_or_else(|| panic!("no licence number:\n{words}"));
        after.chars().filter(char::is_ascii_digit).take(12).collect()
    }
}
