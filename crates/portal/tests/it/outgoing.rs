//! The program calls nobody. Addresses that would reach into the office's network are typed wherever something can be typed,
//! and a listener counts who comes (scale.md S5: 200 forms, none).

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::town::{Browser, Draft, Shop, Town};

told_on_both!(an_address_somebody_types_is_never_called);

/// Listens on both loopbacks at one port and counts.
struct Canary {
    port: u16,
    calls: Arc<AtomicUsize>,
}

impl Canary {
    fn listening() -> Canary {
        let four = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = four.local_addr().expect("an address").port();
        let calls = Arc::new(AtomicUsize::new(0));
        count(four, calls.clone());
        // Not every machine has the other loopback, or has this port free on it.
        if let Ok(six) = TcpListener::bind(SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], port))) {
            count(six, calls.clone());
        }
        Canary { port, calls }
    }

    /// The ways of writing this door that filters are known to miss.
    fn addresses(&self) -> Vec<String> {
        let port = self.port;
        let hosts = [
            "127.0.0.1",
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[0:0:0:0:0:0:0:1]",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "127.1",
            "127.0.1",
            "0.0.0.0",
            "127.0.0.1.nip.io",
            "user@127.0.0.1",
            "yanzheng.example@127.0.0.1",
            "127。0。0。1",
            "①②⑦.⓪.⓪.①",
        ];
        let plain = hosts.iter().map(|host| format!("http://{host}:{port}/canary"));
        let others = [
            format!("https://127.0.0.1:{port}/"),
            format!("//127.0.0.1:{port}/"),
            format!("gopher://127.0.0.1:{port}/_GET"),
            format!("ftp://127.0.0.1:{port}/x"),
            format!("dict://127.0.0.1:{port}/d"),
            format!("http://169.254.169.254:{port}/latest/meta-data"),
            "file:///etc/passwd".to_owned(),
            format!("\\\\127.0.0.1@{port}\\share"),
        ];
        plain.chain(others).collect()
    }
}

fn count(listener: TcpListener, calls: Arc<AtomicUsize>) {
    std::thread::spawn(move || {
        for _ in listener.incoming() {
            calls.fetch_add(1, Ordering::SeqCst);
        }
    });
}

async fn an_address_somebody_types_is_never_called(town: &Town) {
    let canary = Canary::listening();
    let draft = town.begins("liming").await;
    let filled = town.begins("liming").await;
    filled.fills_in(&Shop::number(1)).await.must_be(200);
    let visitor = town.visitor().in_a_hurry();
    let mut typed = 0;
    for address in canary.addresses() {
        typed += fills_in_everywhere(&draft, &address).await;
        let upload = filled.upload_form("principal_id_card").await;
        let upload = upload.attach("file", &address, address.as_bytes());
        filled.browser.in_a_hurry().send(upload).await.must_be(422);
        typed += asks_at_public_doors(&visitor, &address).await;
    }
    // Papers, messages and lists are drawn once with such words in them.
    let shop = Shop::number(1).with("storage_address", &canary.addresses()[0]);
    let case = town.applies("liming", &shop).await;
    town.looks_at(&case, "").await.must_be(200);
    town.watchmen_go_round().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(typed >= 200, "{typed} forms");
    assert_eq!(canary.calls.load(Ordering::SeqCst), 0, "somebody called");
    // The canary does hear.
    drop(std::net::TcpStream::connect(("127.0.0.1", canary.port)).expect("it listens"));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(canary.calls.load(Ordering::SeqCst), 1);
}

/// The application with the address in every line of text.
async fn fills_in_everywhere(draft: &Draft, address: &str) -> usize {
    let mut form = draft.form(&Shop::number(1)).await;
    for field in
        ["business_name", "principal_address", "premises_address", "storage_address", "premises_location"]
    {
        if form.has(field) {
            form = form.set(field, address);
        }
    }
    draft.browser.in_a_hurry().send(form).await.must_be(422);
    2
}

async fn asks_at_public_doors(visitor: &Browser, address: &str) -> usize {
    let encoded: String = address.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for path in
        [format!("/login?next={encoded}"), format!("/verify?number={encoded}"), format!("/verify/{encoded}")]
    {
        let page = visitor.get(&path).await;
        assert!(!page.status.is_server_error(), "{path}: {}", page.status);
        let to = page.header("location");
        assert!(!to.starts_with("http") && !to.starts_with("//"), "{path} leads to {to}");
    }
    // Header values are ASCII.
    if address.is_ascii() {
        for name in ["x-forwarded-host", "referer", "x-callback-url", "x-original-url"] {
            visitor.with(name, address).get("/items").await.must_be(200);
        }
        return 7;
    }
    3
}
