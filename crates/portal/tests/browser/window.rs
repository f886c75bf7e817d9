//! One browser window: opening, pressing, typing, reading. Every page it comes to is looked at (see [`Eyes`]).

mod lens;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use crate::driver::{Screen, Script};
use crate::eyes::Eyes;

const ENTER: &str = "\u{e007}";
const SPACE: &str = " ";
pub const TAB: &str = "\u{e004}";
/// Control and A; the last sign lets go of Control.
const SELECT_ALL: &str = "\u{e009}a\u{e000}";
const AXE: &str = include_str!("vendor/axe.min.js");

pub struct Window {
    client: Client,
    http: reqwest::Client,
    /// Where the driver takes commands that WebDriver itself does not have.
    session: String,
    site: String,
    screen: Screen,
    script: Script,
    eyes: Arc<Eyes>,
}

impl Window {
    pub async fn new(
        client: Client,
        driver: &str,
        site: &str,
        screen: Screen,
        script: Script,
        eyes: Arc<Eyes>,
    ) -> Window {
        let id = client.session_id().await.ok().flatten().expect("the session has an id");
        let window = Window {
            client,
            http: reqwest::Client::new(),
            session: format!("{driver}/session/{id}"),
            site: site.to_owned(),
            screen,
            script,
            eyes,
        };
        window.stands_in_town().await;
        window
    }

    /// The phone knows where it is, instead of asking a service elsewhere: at the shop of the example.
    async fn stands_in_town(&self) {
        let may = json!({ "permissions": ["geolocation"] });
        self.command("goog/cdp/execute", json!({ "cmd": "Browser.grantPermissions", "params": may })).await;
        let place = json!({ "latitude": 30.5012345, "longitude": 115.0012345, "accuracy": 8 });
        let set = json!({ "cmd": "Emulation.setGeolocationOverride", "params": place });
        self.command("goog/cdp/execute", set).await;
    }

    /// Waits until the address is another one than `before`.
    pub async fn leaves(&self, before: &str) -> String {
        for _ in 0..400 {
            let at = self.at().await;
            if at != before {
                self.settle().await;
                return at;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("still on {before} after twenty seconds:\n{}", self.words().await)
    }

    pub fn has_script(&self) -> bool {
        self.script == Script::On
    }

    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.site)).await.expect("the page opens");
        self.look().await;
    }

    /// Forgets who was signed in, and signs in through the page.
    pub async fn sign_in(&self, login: &str) {
        self.client.delete_all_cookies().await.expect("forgotten");
        self.open("/login").await;
        self.write("login", login).await;
        self.write("password", "Yanzheng-9901").await;
        self.press("form.panel button.button").await;
        let words = self.words().await;
        assert!(words.contains("退出"), "{login} is not signed in:\n{words}");
    }

    pub async fn sign_out(&self) {
        self.client.delete_all_cookies().await.expect("forgotten");
    }

    /// Presses a button or a link and looks at the page it leads to.
    pub async fn press(&self, css: &str) {
        self.touch(&self.find(css).await).await;
        self.look().await;
    }

    /// Presses a button that asks before it does, and says yes. Without script nobody asks.
    pub async fn press_and_confirm(&self, css: &str) {
        let button = self.find(css).await;
        self.touch(&button).await;
        if self.has_script() {
            self.client.accept_alert().await.expect("the page asks first");
            self.settle().await;
        }
        self.look().await;
    }

    /// With script, a finger or mouse. Without, chromedriver's click never comes back (it waits for a promise of the
    /// page's), so the keyboard does it.
    async fn touch(&self, element: &Element) {
        let done = match self.script {
            Script::On => {
                self.bring_into_view(element).await;
                element.click().await
            }
            Script::Off => element.send_keys(ENTER).await,
        };
        if let Err(error) = done {
            panic!("could not be pressed on {}: {error}", self.at().await);
        }
        self.settle().await;
    }

    /// As a thumb does before it presses: away from the bars at the lower edge.
    async fn bring_into_view(&self, element: &Element) {
        let element = serde_json::to_value(element).expect("an element");
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.client.execute(script, vec![element]).await.expect("scrolled");
    }

    /// Replaces what stands in a box.
    pub async fn write(&self, name: &str, text: &str) {
        let element = self.find(&format!("main [name=\"{name}\"]:not([type=hidden])")).await;
        self.write_into(&element, text).await;
    }

    /// The same with a box that only CSS can tell from others of its name.
    pub async fn write_at(&self, css: &str, text: &str) {
        self.write_into(&self.find(css).await, text).await;
    }

    async fn write_into(&self, element: &Element, text: &str) {
        if element.attr("type").await.ok().flatten().as_deref() == Some("date") {
            return self.set_value(element, text).await;
        }
        element.send_keys(&format!("{SELECT_ALL}{text}")).await.expect("typed");
    }

    /// A date box takes keys in the order of the machine's language, which is not what is tested here.
    async fn set_value(&self, element: &Element, value: &str) {
        let script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change', { bubbles: true }))";
        let element = serde_json::to_value(element).expect("an element");
        self.client.execute(script, vec![element, json!(value)]).await.expect("set");
    }

    /// Chooses one of several: a round or square box, or a line of a list.
    pub async fn choose(&self, name: &str, value: &str) {
        self.choose_in("main", name, value).await;
    }

    pub async fn choose_in(&self, within: &str, name: &str, value: &str) {
        let boxes = format!("{within} input[name=\"{name}\"][value=\"{value}\"]");
        if let Some(element) = self.maybe(&boxes).await {
            if element.is_selected().await.expect("told") {
                return;
            }
            let done = match self.script {
                Script::On => {
                    self.bring_into_view(&element).await;
                    element.click().await
                }
                Script::Off => element.send_keys(SPACE).await,
            };
            done.unwrap_or_else(|error| panic!("{name}={value} can't be chosen: {error}"));
            return;
        }
        let list = self.find(&format!("{within} select[name=\"{name}\"]")).await;
        match self.script {
            Script::On => list.select_by_value(value).await.expect("a line of the list"),
            Script::Off => self.set_value(&list, value).await,
        }
    }

    /// Chooses a file in the box that `css` finds.
    pub async fn attach(&self, css: &str, file: &Path) {
        let path = file.canonicalize().expect("the file is there");
        let path = path.to_str().expect("a path of letters");
        self.find(css).await.send_keys(path).await.expect("chosen");
    }

    /// Draws a line on the pad that `css` finds.
    pub async fn draw_on(&self, css: &str) {
        use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
        let pad = self.find(css).await;
        let at = |element: &Element, x: f64, y: f64| PointerAction::MoveToElement {
            element: element.clone(),
            duration: Some(Duration::from_millis(40)),
            x,
            y,
        };
        let hand = MouseActions::new("hand".to_owned())
            .then(at(&pad, -90.0, 20.0))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(at(&pad, -40.0, -25.0))
            .then(at(&pad, 10.0, 25.0))
            .then(at(&pad, 80.0, -20.0))
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(hand).await.expect("drawn");
        self.client.release_actions().await.expect("let go");
    }

    /// Keys to whatever has the focus.
    pub async fn keys(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("something has the focus");
        focused.send_keys(keys).await.expect("typed");
        self.settle().await;
    }

    /// `name` of what has the focus, or its words when it has no name.
    pub async fn focus(&self) -> String {
        let focused = self.client.active_element().await.expect("something has the focus");
        let name = focused.attr("name").await.ok().flatten().filter(|name| !name.is_empty());
        match name {
            Some(name) => name,
            None => focused.text().await.unwrap_or_default(),
        }
    }

    /// `select`, or the type of a box.
    pub async fn focus_kind(&self) -> String {
        let script =
            "const e = document.activeElement; return e.tagName === 'SELECT' ? 'select' : e.type || ''";
        self.run(script).await.as_str().unwrap_or_default().to_owned()
    }

    /// Whether what has the focus shows it by an outline of its own.
    pub async fn focus_shows(&self) -> bool {
        let script = "const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2";
        self.run(script).await == json!(true)
    }

    pub async fn has(&self, css: &str) -> bool {
        self.maybe(css).await.is_some()
    }

    pub async fn shows(&self, css: &str) -> bool {
        match self.maybe(css).await {
            Some(element) => element.is_displayed().await.expect("told"),
            None => false,
        }
    }

    pub async fn heading(&self) -> String {
        self.find("h1").await.text().await.expect("words")
    }

    /// All words of the page.
    pub async fn words(&self) -> String {
        self.find("body").await.text().await.expect("words")
    }

    /// The words of each that `css` finds.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let mut texts = vec![];
        for element in self.client.find_all(Locator::Css(css)).await.expect("asked") {
            texts.push(element.text().await.expect("words"));
        }
        texts
    }

    /// The address without the site.
    pub async fn at(&self) -> String {
        let url = self.client.current_url().await.expect("an address").to_string();
        url.strip_prefix(&self.site).unwrap_or(&url).to_owned()
    }

    pub async fn must_say(&self, words: &str) {
        let page = self.words().await;
        assert!(page.contains(words), "{} does not say “{words}”:\n{page}", self.at().await);
    }

    pub async fn find(&self, css: &str) -> Element {
        match self.maybe(css).await {
            Some(element) => element,
            None => panic!("no {css} on {}:\n{}", self.at().await, self.words_or_source().await),
        }
    }

    async fn words_or_source(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => self.client.source().await.unwrap_or_default(),
        }
    }

    async fn maybe(&self, css: &str) -> Option<Element> {
        self.client.find(Locator::Css(css)).await.ok()
    }

    /// A page that is loading is done loading.
    async fn settle(&self) {
        for _ in 0..400 {
            match self.client.execute("return document.readyState", vec![]).await {
                Ok(state) if state == json!("complete") => return,
                // Between two pages there is nothing to ask, and an open question answers nothing else.
                Err(error) if error.is_unexpected_alert_open() => return,
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        panic!("the page was not loaded within twenty seconds")
    }

    /// Where the links that `css` finds lead, each once.
    pub async fn links(&self, css: &str) -> Vec<String> {
        let found = self
            .run(&format!("return [...new Set([...document.querySelectorAll(\"{css}\")].map(one => one.getAttribute('href')))]"))
            .await;
        serde_json::from_value(found).expect("addresses")
    }

    /// Runs script of the test's own in the page. This works when script of the page's is off, too.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.expect("the script runs")
    }

    /// Bars that stick to an edge lie over whatever is scrolled under them; sizes are measured with the bars laid aside.
    async fn lay_bars(&self, position: &str) {
        let bars = ".sticky-actions, .tabbar, .desk-jump";
        self.run(&format!(
            "document.querySelectorAll('{bars}').forEach(bar => bar.style.position = '{position}')"
        ))
        .await;
    }

    /// axe's answer, or nothing where script is off: axe needs promises.
    pub async fn axe(&self) -> Value {
        if !self.has_script() {
            return json!([]);
        }
        self.client.execute(&format!("{AXE}; window.axe = axe;"), vec![]).await.expect("axe is there");
        let run = "const done = arguments[0]; axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }).then(found => done(found.violations.map(one => ({ id: one.id, impact: one.impact, help: one.help, where: one.nodes.map(node => node.target.join(' ') + ' ' + node.html.slice(0, 160)) }))), error => done([{ id: 'axe', impact: 'critical', help: String(error), where: [] }]))";
        self.lay_bars("static").await;
        let found = self.client.execute_async(run, vec![]).await.expect("axe answers");
        self.lay_bars("").await;
        found
    }

    /// What the browser wrote in its log since the last time: `browser` for its console, `performance` for requests.
    pub async fn log(&self, kind: &str) -> Vec<Value> {
        self.command("se/log", json!({ "type": kind })).await.as_array().cloned().unwrap_or_default()
    }

    /// A picture of the whole page, or of what is on the screen, as PNG in base64.
    pub async fn picture(&self, whole: bool) -> String {
        let taken = json!({ "cmd": "Page.captureScreenshot", "params": { "captureBeyondViewport": whole } });
        let taken = self.command("goog/cdp/execute", taken).await;
        taken["data"].as_str().expect("a picture").to_owned()
    }

    async fn command(&self, name: &str, body: Value) -> Value {
        let asked = self.http.post(format!("{}/{name}", self.session)).json(&body).send().await;
        let answer: Value = asked.expect("the driver answers").json().await.expect("in JSON");
        answer["value"].clone()
    }

    pub async fn look(&self) {
        self.eyes.look(self, self.screen, self.script).await;
    }

    pub fn site(&self) -> &str {
        &self.site
    }

    pub async fn close(self) {
        self.client.close().await.expect("closed");
    }
}
