//! Other phones than the usual one: slow, far away, small, with the largest letters; and pictures.

use std::time::Duration;

use serde_json::{Value, json};

use super::Window;

/// Slow 4G as Lighthouse has it: 1.6 Mbit/s down, 150 ms there and back.
const BYTES_A_SECOND: u32 = 1_600 * 1024 / 8;
const ROUND_TRIP_MS: u32 = 150;
/// A cheap phone has a quarter of this machine's pace.
const TIMES_SLOWER: u32 = 4;

/// How a page came up.
#[derive(Debug)]
pub struct Arrival {
    /// When the largest piece of the first screen stood there, in milliseconds.
    pub largest_ms: f64,
    /// How much moved after it stood (CLS).
    pub shift: f64,
    /// What went over the wire, pictures aside.
    pub bytes: f64,
}

impl Window {
    /// From now on on a cheap phone with a weak signal and nothing in its cache.
    pub async fn throttle(&self) {
        self.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
        let line = json!({
            "offline": false, "latency": ROUND_TRIP_MS,
            "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND / 2,
        });
        self.devtools("Network.emulateNetworkConditions", line).await;
        self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": TIMES_SLOWER })).await;
    }

    /// Goes there and tells how it came up.
    pub async fn arrives_at(&self, path: &str) -> Arrival {
        self.goes_to(path).await;
        let script = "
            const done = arguments[0], told = { largest: 0, shift: 0 };
            new PerformanceObserver(list => list.getEntries().forEach(one => { told.largest = one.startTime; }))
                .observe({ type: 'largest-contentful-paint', buffered: true });
            new PerformanceObserver(list => list.getEntries().forEach(one => { if (!one.hadRecentInput) told.shift += one.value; }))
                .observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => {
                const parts = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
                const words = parts.filter(one => !/\\.(svg|png|jpe?g)$/.test(new URL(one.name).pathname));
                told.bytes = words.reduce((all, one) => all + one.transferSize, 0);
                done(told);
            }, 700);";
        let told = self.client.execute_async(script, vec![]).await.expect("the browser keeps times");
        let number = |name: &str| told[name].as_f64().expect("a number");
        Arrival { largest_ms: number("largest"), shift: number("shift"), bytes: number("bytes") }
    }

    /// A screen of this width, and a view as its buttons set it: `e` for 长者模式, `c` for contrast, `x` for the largest letters.
    pub async fn looks_like(&self, width: u32, view: &str) {
        let screen = json!({ "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", screen).await;
        // Before any page is open a cookie needs to be told whose it is.
        let cookie = json!({ "name": "yz_view", "value": format!("v{view}"), "url": self.site });
        self.devtools("Network.setCookie", cookie).await;
    }

    /// Goes there without looking twice.
    pub async fn goes_to(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.site)).await.expect("the page opens");
    }

    /// What stands beyond the right edge, if the page can be pushed sideways.
    pub async fn beyond(&self, width: u32) -> Option<String> {
        let script = format!(
            "const most = {width}, wide = document.documentElement.scrollWidth;
             if (wide <= most) return null;
             const out = [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > most + 1);
             return wide + ' px: ' + out.slice(-3).map(one => one.outerHTML.slice(0, 120)).join(' | ');"
        );
        self.run(&script).await.as_str().map(str::to_owned)
    }

    /// Whether it shows up within five seconds.
    pub async fn comes(&self, css: &str) -> bool {
        for _ in 0..100 {
            if self.has(css).await {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }

    /// A picture for the handbook, beginning at what `css` finds.
    pub async fn keep_picture_at(&self, name: &str, css: &str) {
        self.run(&format!("document.querySelector('{css}').scrollIntoView({{ behavior: 'instant' }})")).await;
        self.keep_picture(name).await;
    }

    /// The same from the top.
    pub async fn keep_picture(&self, name: &str) {
        self.eyes.keep(self, name).await;
    }

    async fn devtools(&self, name: &str, params: Value) {
        self.command("goog/cdp/execute", json!({ "cmd": name, "params": params })).await;
    }
}
