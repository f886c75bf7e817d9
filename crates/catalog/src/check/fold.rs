//! Cleaning and reading single values: what people type on phones, made into what is stored.

use jiff::civil::Date;
use law::codes::{CitizenId, CreditCode};
use unicode_normalization::UnicodeNormalization;

use super::{Trouble, refuse};
use crate::form::Kind;

/// Trims, composes (NFC) and drops invisible characters; codes and numbers also lose spaces and full-width forms.
pub fn clean(kind: &Kind, raw: &str) -> String {
    let composed: String = raw.nfc().filter(|c| !invisible(*c)).collect();
    match kind {
        Kind::Long => composed.replace("\r\n", "\n").trim().to_owned(),
        Kind::Text | Kind::Address => one_line(&composed),
        Kind::CreditCode | Kind::CitizenId => compact(&composed).to_uppercase(),
        Kind::Phone => {
            let digits = compact(&composed).replace('-', "");
            digits.strip_prefix("+86").map(str::to_owned).unwrap_or(digits)
        }
        Kind::Number { .. } | Kind::Date | Kind::Coordinates => compact(&composed),
        Kind::Choice(_) | Kind::YesNo => composed.trim().to_owned(),
    }
}

/// Runs of white space (the ideographic space too) become one space; the dots people put into names become “·”.
fn one_line(text: &str) -> String {
    let dotted = text.replace(['•', '・', '‧', '∙'], "·");
    dotted.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect()
}

/// Ａ１－ typed on a Chinese keyboard to A1-.
fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '、' => ',',
        '。' => '.',
        '—' | '–' | '−' => '-',
        _ => c,
    }
}

/// Control and direction characters that nobody types on purpose; line breaks are kept for long texts.
fn invisible(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Refuses what can't stand on a licence: emoji and private-use characters. Rare Han of four bytes pass.
pub fn writable(value: &str) -> Result<String, Trouble> {
    if let Some(c) = value.chars().find(|c| emoji(*c)) {
        return Err(refuse(format!("里面有表情符号“{c}”，不能写在许可证上。"), "请删去表情符号，只填文字。"));
    }
    if value.chars().any(private) {
        return Err(refuse(
            "里面有一个自造字，其他人的设备显示不出来。".to_owned(),
            "请改用输入法里的生僻字；打不出来时，请到窗口办理，工作人员帮您录入。",
        ));
    }
    Ok(value.to_owned())
}

fn emoji(c: char) -> bool {
    matches!(c as u32,
        0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0x20E3 | 0xFE0F | 0xE0020..=0xE007F)
}

fn private(c: char) -> bool {
    matches!(c as u32, 0xE000..=0xF8FF | 0xF0000..=0xFFFFD | 0x0010_0000..=0x0010_FFFD) || c == '\u{FFFD}'
}

/// A positive number with at most two decimals, kept as text: no binary fractions near an area or an amount.
pub fn number(value: &str, unit: &str, most: Option<u64>) -> Result<String, Trouble> {
    let plain = value.replace(',', "");
    let plain = plain.strip_suffix(unit).unwrap_or(&plain);
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 || whole.len() > 12 {
        return Err(refuse(
            format!("“{value}”不是可以用的数字。"),
            &format!("请只填数字，最多两位小数，单位是{unit}，例如 36.5。"),
        ));
    }
    let whole: u64 = whole.parse().unwrap_or(0);
    let part = part.trim_end_matches('0');
    if whole == 0 && part.is_empty() {
        return Err(refuse("应当大于 0。".to_owned(), &format!("请填实际的数，单位是{unit}。")));
    }
    if most.is_some_and(|most| whole > most) {
        return Err(refuse(format!("{value} {unit}大得不合常理。"), &format!("请核对单位，应当是{unit}。")));
    }
    Ok(if part.is_empty() { whole.to_string() } else { format!("{whole}.{part}") })
}

/// `2026-1-5`, `2026/01/05`, `2026.1.5`, `20260105`, `2026年1月5日`.
pub fn date(value: &str) -> Result<Date, Trouble> {
    let unclear = || refuse(format!("“{value}”不是日期。"), "请按 2026-01-31 这样填写年、月、日。");
    let parts: Vec<&str> =
        value.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (year, month, day),
        [packed] if packed.len() == 8 && packed.is_ascii() => (&packed[..4], &packed[4..6], &packed[6..]),
        _ => return Err(unclear()),
    };
    let (Ok(year), Ok(month), Ok(day)) = (year.parse::<i16>(), month.parse::<i8>(), day.parse::<i8>()) else {
        return Err(unclear());
    };
    Date::new(year, month, day)
        .ok()
        .filter(|_| (1900..=2200).contains(&year))
        .ok_or_else(|| refuse(format!("没有 {year}年{month}月{day}日 这一天。"), "请核对年、月、日。"))
}

pub fn chinese(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// A mobile number: 11 digits that begin with 1.
pub fn phone(value: &str) -> Result<String, Trouble> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    if digits && value.len() == 11 && value.starts_with('1') {
        return Ok(value.to_owned());
    }
    let says = if digits && value.len() != 11 {
        format!("手机号应当是 11 位数字，现在是 {} 位。", value.len())
    } else {
        format!("“{value}”不是手机号。")
    };
    Err(refuse(says, "请填以 1 开头的 11 位手机号，办理结果会发到这个号码。"))
}

/// A wrong check character only warns: codes are in use that fail it (GB 32100; an officer confirms them).
pub fn credit_code(value: &str) -> Result<String, Trouble> {
    match CreditCode::parse_or_warn(value) {
        Ok((code, None)) => Ok(code.as_str().to_owned()),
        Ok((code, Some(warning))) => Err(Trouble::Warn {
            value: code.as_str().to_owned(),
            says: format!("{}。", warning.explain()),
            next: "请对照营业执照逐位核对；执照上就是这样的，可以继续，由工作人员核对执照后确认。".to_owned(),
        }),
        Err(fault) => Err(refuse(
            format!("{}。", fault.explain()),
            "请照营业执照右上角填写18位信用代码，没有字母 I、O、S、V、Z。",
        )),
    }
}

/// A wrong check character is refused: no valid ID card has one (GB 11643).
pub fn citizen_id(value: &str, today: Date) -> Result<String, Trouble> {
    let read = CitizenId::parse(value).and_then(|id| id.born_by(today));
    read.map(|id| id.as_str().to_owned()).map_err(|fault| {
        refuse(
            format!("{}。", fault.explain()),
            "请照身份证填写18位号码；证件上确实如此的，请带身份证到窗口办理。",
        )
    })
}

/// Latitude and longitude in degrees, at most seven decimals (a centimetre), in China. Latitude stands first, as
/// GB/T 16831—2013 (ISO 6709) writes places. In China no number is both, so one typed the other way round is turned.
pub fn coordinates(value: &str) -> Result<String, Trouble> {
    let unclear = || {
        refuse(
            format!("“{value}”不是经纬度。"),
            "请点“使用当前位置”或者在地图上选点；也可以按“纬度,经度”填写，例如 30.5123456,115.0123456。",
        )
    };
    let (first, second) = value.split_once(',').ok_or_else(unclear)?;
    let (first, second) = (degrees(first).ok_or_else(unclear)?, degrees(second).ok_or_else(unclear)?);
    let (latitudes, longitudes) = (30_000_000..=540_000_000, 730_000_000..=1_360_000_000);
    let turned = longitudes.contains(&first) && latitudes.contains(&second);
    let (north, east) = if turned { (second, first) } else { (first, second) };
    if !latitudes.contains(&north) || !longitudes.contains(&east) {
        return Err(refuse("这个位置不在国内。".to_owned(), "请在店门口重新定位，或者在地图上选点。"));
    }
    Ok(format!("{},{}", written(north), written(east)))
}

/// Decimal degrees to 1e-7 degree.
fn degrees(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: String = part.chars().chain("0000000".chars()).take(7).collect();
    Some(whole.parse::<i64>().ok()? * 10_000_000 + part.parse::<i64>().ok()?)
}

fn written(degrees: i64) -> String {
    format!("{}.{:07}", degrees / 10_000_000, degrees % 10_000_000)
}
