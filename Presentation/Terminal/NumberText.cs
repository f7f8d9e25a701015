using System.Globalization;

namespace Grid.Presentation.Terminal;

/// <summary>Writes numbers as people read them; NaN is a dash.</summary>
public static class NumberText
{
    public const string Unknown = "-";

    /// <summary>A share in [0, 1] as <c>16.5 %</c>.</summary>
    public static string Percent(double share) => double.IsNaN(share) ? Unknown : Points(share) + " %";

    /// <summary>A share in percent without the sign: <c>16.5</c>.</summary>
    public static string Points(double share) =>
        double.IsNaN(share) ? Unknown : (100 * share).ToString("0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    /// <summary>A difference of shares in percentage points: <c>+0.6</c>.</summary>
    public static string Signed(double difference) =>
        double.IsNaN(difference) ? Unknown : (100 * difference).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    public static string Interval(double low, double high) =>
        double.IsNaN(low) || double.IsNaN(high) ? "" : $"[{Points(low)}, {Points(high)}]";

    /// <summary>A number with four digits, which are enough for an axis.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value)) return Unknown;
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        var magnitude = Math.Abs(value);
        var format = magnitude is 0 or (>= 1e-3 and < 1e4) ? "G4" : magnitude < 1e6 && value == Math.Truncate(value) ? "0" : "0.###e0";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A span of time, such as <c>4.2 s</c>, <c>3:07</c>, <c>1:02:03</c> or <c>2 d 03:00</c>.</summary>
    public static string Time(TimeSpan span) => span.TotalSeconds < 60
        ? span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : span.ToString(span.TotalHours < 1 ? @"m\:ss" : span.TotalDays < 1 ? @"h\:mm\:ss" : @"d\ \d\ hh\:mm",
            CultureInfo.InvariantCulture);

    public static string Moment(DateTimeOffset moment) =>
        moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
