import Glibc

extension Duration {
    /// How long to wait, in seconds or until a date (RFC 9110, section 10.2.3), a day at most; nil when it is neither.
    init?(retryAfter value: String) {
        guard let seconds = Int(value) ?? secondsUntil(date: value) else { return nil }
        self = .seconds(max(0, min(seconds, 86_400)))
    }
}

/// Of a date like `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
private func secondsUntil(date text: String) -> Int? {
    let words = text.split { " :".contains($0) }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard words.count == 8, words[7] == "GMT", let month = months.firstIndex(of: String(words[2])) else { return nil }
    let numbers = [1, 3, 4, 5, 6].compactMap { Int32(words[$0]) }
    guard numbers.count == 5, (1900...9999).contains(numbers[1]) else { return nil }
    var date = tm()
    date.tm_mday = numbers[0]
    date.tm_mon = Int32(month)
    date.tm_year = numbers[1] - 1900
    (date.tm_hour, date.tm_min, date.tm_sec) = (numbers[2], numbers[3], numbers[4])
    return timegm(&date) - time(nil)
}
