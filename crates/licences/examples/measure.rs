//! `cargo run --release -p licences --example measure -- 100000`: how fast a list of that many licences is taken over on
//! each database at hand (set YANZHENG_TEST_PG for PostgreSQL), how long the register takes to load, and how many
//! look-ups it answers.

use std::fmt::Write;
use std::time::Instant;

use jiff::civil::date;
use licences::import::{Bureau, Import, import_csv};
use licences::register::{Register, load};
use licences::{Keys, number};
use web::{Clock, FixedClock};

const DIVISIONS: [&str; 5] = ["990101", "990102", "990121", "990122", "990181"];

#[tokio::main]
async fn main() {
    let count: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let clock = FixedClock::on(date(2026, 11, 23));
    let file = list(count);
    println!("{count} licences, {} MB", file.len() >> 20);
    for (name, db) in db::testing::databases().await {
        let began = Instant::now();
        let report =
            import_csv(&db, std::io::Cursor::new(file.clone()), &setup(&clock)).await.expect("imported");
        assert_eq!(report.imported, u64::from(count), "{report}");
        let took = began.elapsed().as_secs_f64();
        println!("{name}: import {took:.2} s, {:.0} rows/s", f64::from(count) / took);

        let began = Instant::now();
        let register = Register::new();
        load(&register, &db, &clock).await.expect("loaded");
        println!("{name}: register of {} loaded in {:.2} s", register.len(), began.elapsed().as_secs_f64());

        let began = Instant::now();
        let now = clock.now();
        let found =
            (0..1_000_000_u32).filter(|n| register.number(&nth(n % count), now).found.is_some()).count();
        println!("{name}: {:.0} look-ups/s ({found} found)", 1e6 / began.elapsed().as_secs_f64());
    }
}

fn nth(n: u32) -> String {
    // The fifth of a million still has a number: 99,999 for each of two kinds in five divisions.
    let (place, n) = (n as usize % DIVISIONS.len(), n / DIVISIONS.len() as u32);
    number::compose(DIVISIONS[place], if n < 99_999 { 1 } else { 2 }, i64::from(n % 99_999) + 1)
        .expect("fits")
}

fn list(count: u32) -> Vec<u8> {
    let mut text = String::from(
        "licence_no,name,person,company_type,eco_type,biz_format_code,uscc,address,area_type,area_m2,unit_id,scope,\
         valid_from,valid_to,status,authority,lon,lat\n",
    );
    for n in 0..count {
        let number = nth(n);
        let eco_type = if number.as_bytes()[6] == b'1' { "1403" } else { "1407" };
        writeln!(
            text,
            "{number},演示市第{n}食杂店,顾云凯,个体工商户,{eco_type},2901,92990101AHFK86MM87,演示市解放路{n}号,城镇,14,U001,\
             卷烟本店零售、雪茄烟本店零售,2024-02-18,2029-02-17,正常营业,演示烟草专卖局,115.0060889,30.4941542"
        )
        .expect("a string takes all");
    }
    text.into_bytes()
}

fn setup(clock: &dyn Clock) -> Import {
    let bureau = |code: &str| Bureau {
        code: code.into(),
        name: "演示烟草专卖局".into(),
        supply_company: "演示省烟草公司演示市公司（卷烟）".into(),
    };
    Import {
        bureaus: DIVISIONS.iter().map(|code| ((*code).into(), bureau(code))).collect(),
        keys: Keys::new([9; 32]),
        item_slug: "retail-licence".into(),
        now: clock.now(),
        actor: ("system".into(), "系统导入".into()),
    }
}
