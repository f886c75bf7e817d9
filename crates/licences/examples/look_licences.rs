//! `cargo run -p licences --example look_licences`: the pages of licences over the demo town's list, in a database that is gone
//! when the program stops. `/enter/holder` and `/enter/clerk?next=/desk/licences` sign in without a password; papers come as plain text.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::get;
use identity::{Bureau, Identity, Kind, Level, NewAccount, NewOfficer, Post};
use jiff::civil::date;
use licences::import::{self, Import, import_csv};
use licences::register::{Register, load};
use licences::{Keys, Licences, Office, holder};
use web::{App, Cx, NavItem};

const DAY: jiff::civil::Date = date(2026, 11, 23);
const COUNTIES: [(&str, &str); 5] = [
    ("990101", "城中区烟草专卖局"),
    ("990102", "高新区烟草专卖局"),
    ("990121", "南河县烟草专卖局"),
    ("990122", "北山县烟草专卖局"),
    ("990181", "东港市烟草专卖局"),
];

/// Who `/enter/clerk` is.
struct Clerk(String);

#[tokio::main]
async fn main() {
    let db = db::testing::databases().await.remove(0).1;
    let register = Arc::new(Register::new());
    let (builder, clock) = web::testing::app_on(db.clone(), DAY).await;
    let identity = || Identity::new(Arc::new(identity::messenger::ShownOnPage));
    let app = builder.part(identity()).build();
    let clerk = people(&app).await;
    town(&app).await;
    load(&register, &db, clock.as_ref()).await.expect("the register loads");

    let (builder, _) = web::testing::app_on(db, DAY).await;
    let office = Office {
        seals: Arc::new(seals::testing::Unsealed::new()),
        base_url: "http://127.0.0.1:8140".into(),
        demo: true,
    };
    let issuer = Licences::new(Keys::new(app.settings().secret), register.clone(), office);
    let menu = vec![NavItem::new("待办", "/desk"), NavItem::new("许可证台账", "/desk/licences")];
    let app = builder
        .part(identity())
        .part(issuer)
        .part(Clerk(clerk))
        .shared_part(register)
        .desk_menu(menu)
        .build();
    let routes = web::routes().merge(licences::routes()).route("/enter/{who}", get(enter));
    let router = web::layers(identity::layer(routes, &app), app);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8140").await.expect("port 8140 is free");
    println!("http://127.0.0.1:8140/verify");
    axum::serve(listener, router.into_make_service_with_connect_info::<std::net::SocketAddr>())
        .await
        .expect("served");
}

async fn enter(
    cx: Cx,
    State(app): State<App>,
    Path(who): Path<String>,
    Query(way): Query<HashMap<String, String>>,
) -> Response {
    let clerk = app.part::<Clerk>();
    let subject = if who == "clerk" { &clerk.0 } else { "holder" };
    let cookie =
        identity::sessions::open(&app, &mut app.db.clone(), &cx, subject, "look").await.expect("signed in");
    let next = way.get("next").map_or("/me/licences", String::as_str);
    (AppendHeaders([(axum::http::header::SET_COOKIE, cookie)]), Redirect::to(next)).into_response()
}

async fn people(app: &App) -> String {
    let mut tx = app.db.begin().await.expect("a database");
    for (code, name) in COUNTIES {
        let text = String::new;
        let bureau = Bureau {
            code: code.into(),
            name: name.into(),
            short: text(),
            level: Level::County,
            parent: None,
            division: code.into(),
            uscc: text(),
            address: text(),
            phone: text(),
            complaints: text(),
            review_organ: text(),
            court: text(),
            supply_company: text(),
        };
        identity::bureaus::add(app, &mut tx, &bureau).await.expect("a bureau");
    }
    let clerk = NewOfficer {
        bureau: "990101".into(),
        login: "clerk".into(),
        name: "王岚".into(),
        badge: "99990101001".into(),
        posts: vec![Post::LicenceClerk],
    };
    let id = identity::officers::add(app, &mut tx, &clerk, DAY, "").await.expect("an officer");
    let holder = NewAccount {
        kind: Kind::Natural,
        name: "顾云凯".into(),
        representative: String::new(),
        id_number: "990101199003071230".into(),
        phone: "13800000001".into(),
        credit_code: String::new(),
        address: String::new(),
        login: None,
        bureau: None,
    };
    identity::accounts::add_as(app, &mut tx, "holder", &holder, "").await.expect("a holder");
    tx.commit().await.expect("kept");
    id
}

async fn town(app: &App) {
    let bureau = |(code, name): (&str, &str)| {
        let supply_company = "示范省烟草公司演示市公司（卷烟）".into();
        (code.to_string(), import::Bureau { code: code.into(), name: name.into(), supply_company })
    };
    let setup = Import {
        bureaus: COUNTIES.into_iter().map(bureau).collect::<HashMap<_, _>>(),
        keys: Keys::new(app.settings().secret),
        item_slug: "retail-licence".into(),
        now: app.now(),
        actor: ("system".into(), "系统导入".into()),
    };
    let file = std::fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/licences.csv"));
    let report =
        import_csv(&app.db, file.expect("the demo town's licences"), &setup).await.expect("imported");
    print!("{report}");
    for number in ["990101100001", "990101100002", "990101100003"] {
        let mut tx = app.db.begin().await.expect("a database");
        let clerk = ("clerk", "王岚");
        holder::give(&mut tx, ("990101", number), "holder", clerk, app.now()).await.expect("given");
        tx.commit().await.expect("kept");
    }
}
