//! How dates, times, remaining days and personal data are worded.

use jiff::{Timestamp, civil::Date};

use crate::clock::office_zone;

/// 2026年11月23日
pub fn date_cn(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// 2026-11-23 09:05, Beijing time.
pub fn minute(at: Timestamp) -> String {
    at.to_zoned(office_zone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// 2026-11-23 09:05:07
pub fn second(at: Timestamp) -> String {
    at.to_zoned(office_zone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// 2026-11-23 09:05:07.123 — the arrival of an application, to the millisecond.
pub fn millis(at: Timestamp) -> String {
    at.to_zoned(office_zone()).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

/// 2026年11月23日 09:05
pub fn minute_cn(at: Timestamp) -> String {
    let local = at.to_zoned(office_zone());
    format!("{} {}", date_cn(local.date()), local.strftime("%H:%M"))
}

/// 剩余 3 个工作日（截止 2026-03-02）; a negative number is days late.
pub fn remaining(workdays: i32, due: Date) -> String {
    match workdays {
        0 => format!("今天是最后一天（截止 {due}）"),
        left if left > 0 => format!("剩余 {left} 个工作日（截止 {due}）"),
        late => format!("已超期 {} 个工作日（应于 {due} 前办结）", -late),
    }
}

/// 张*, 欧阳** — the surname stays.
pub fn mask_name(name: &str) -> String {
    let mut chars = name.chars();
    let Some(first) = chars.next() else { return String::new() };
    std::iter::once(first).chain(chars.map(|_| '*')).collect()
}

/// 138****5678
pub fn mask_phone(phone: &str) -> String {
    mask(phone, 3, 4)
}

/// First three and last four of an ID number.
pub fn mask_id(id: &str) -> String {
    mask(id, 3, 4)
}

fn mask(value: &str, head: usize, tail: usize) -> String {
    let len = value.chars().count();
    if len <= head + tail {
        return "*".repeat(len);
    }
    value.chars().enumerate().map(|(i, c)| if i < head || i >= len - tail { c } else { '*' }).collect()
}

/// 1.2 MB
pub fn bytes(count: u64) -> String {
    match count {
        0..1_024 => format!("{count} 字节"),
        1_024..1_048_576 => format!("{} KB", count.div_ceil(1_024)),
        _ => format!("{:.1} MB", count as f64 / 1_048_576.0),
    }
}

/// What the operating system says, in words; the rare rest stays as it is.
pub fn io_fault(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let words = match error.kind() {
        ErrorKind::NotFound => "文件或者文件夹不存在",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已经存在",
        ErrorKind::InvalidData => "不是 UTF-8 编码的文本",
        ErrorKind::IsADirectory => "这是一个文件夹",
        ErrorKind::NotADirectory => "路径中间有一段不是文件夹",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "磁盘满了",
        ErrorKind::ReadOnlyFilesystem => "磁盘是只读的",
        ErrorKind::TimedOut => "等待超时",
        _ => return format!("系统错误：{error}"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn times_are_worded_in_beijing() {
        let at: Timestamp = "2026-11-22T16:05:07.123456Z".parse().unwrap();
        assert_eq!(millis(at), "2026-11-23 00:05:07.123");
        assert_eq!(minute_cn(at), "2026年11月23日 00:05");
    }

    #[test]
    fn remaining_days_are_said_on_both_sides_of_the_last_day() {
        let due = date(2026, 3, 2);
        assert_eq!(remaining(3, due), "剩余 3 个工作日（截止 2026-03-02）");
        assert_eq!(remaining(0, due), "今天是最后一天（截止 2026-03-02）");
        assert_eq!(remaining(-2, due), "已超期 2 个工作日（应于 2026-03-02 前办结）");
    }

    #[test]
    fn masks_show_ends_only_and_nothing_of_short_values() {
        assert_eq!(mask_phone("13800005678"), "138****5678");
        assert_eq!(mask_id("990101199001011234"), "990***********1234");
        assert_eq!(mask_id("1234567"), "*******");
        assert_eq!(mask_name("䶮某"), "䶮*");
    }
}
