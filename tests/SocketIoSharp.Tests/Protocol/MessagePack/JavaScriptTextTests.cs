using System.Globalization;
using System.Text;

namespace SocketIoSharp.Tests.Protocol;

/// <summary>Numbers and dates as a JavaScript engine prints them.</summary>
public sealed class JavaScriptTextTests
{
    [TestCase("3ff0000000000000", "1")]
    [TestCase("4059000000000000", "100")]
    [TestCase("42dc12218377de40", "123456789012345")]
    [TestCase("43118b54f22aeb00", "1234567890123456")]
    [TestCase("430c6bf526340000", "1000000000000000")]
    [TestCase("4341c37937e08000", "10000000000000000")]
    [TestCase("441ac53a7e04bcda", "123456789012345680000")]
    [TestCase("4415af1d78b58c40", "100000000000000000000")]
    [TestCase("444b1ae4d6e2ef50", "1e+21")]
    [TestCase("4454542ba12a337c", "1.5e+21")]
    [TestCase("4450bb448ec2f608", "1.2345678901234568e+21")]
    [TestCase("4480f0cf064dd592", "1e+22")]
    [TestCase("7fefffffffffffff", "1.7976931348623157e+308")]
    [TestCase("3fb999999999999a", "0.1")]
    [TestCase("3f50624dd2f1a9fc", "0.001")]
    [TestCase("3f1a36e2eb1c432d", "0.0001")]
    [TestCase("3ee4f8b588e368f1", "0.00001")]
    [TestCase("3eb0c6f7a0b5ed8d", "0.000001")]
    [TestCase("3e7ad7f29abcaf48", "1e-7")]
    [TestCase("3eb92a737110e454", "0.0000015")]
    [TestCase("3ee9e407f6f7473a", "0.00001234567")]
    [TestCase("3e8421f5f40d8376", "1.5e-7")]
    [TestCase("0000000000000001", "5e-324")]
    [TestCase("0010000000000000", "2.2250738585072014e-308")]
    [TestCase("c341c37937e08000", "-10000000000000000")]
    [TestCase("be8421f5f40d8376", "-1.5e-7")]
    [TestCase("c3118b54f22aeb03", "-1234567890123456.8")]
    [TestCase("419d6f34547df3b6", "123456789.123")]
    [TestCase("4330000000000000", "4503599627370496")]
    [TestCase("8000000000000000", "0")]
    [TestCase("4340000000000000", "9007199254740992")]
    [TestCase("3fd3333333333334", "0.30000000000000004")]
    [TestCase("bee9e409302678ba", "-0.000012345678901234568")]
    public void A_number_has_the_text_of_JSON_stringify(string bits, string text)
    {
        var value = BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        var destination = new byte[JavaScriptNumber.MaxLength];

        var length = JavaScriptNumber.Format(destination, value);

        Assert.That(Encoding.UTF8.GetString(destination, 0, length), Is.EqualTo(text));
    }

    [TestCase(0L, "1970-01-01T00:00:00.000Z")]
    [TestCase(-1L, "1969-12-31T23:59:59.999Z")]
    [TestCase(951782400000L, "2000-02-29T00:00:00.000Z")]
    [TestCase(4107542400000L, "2100-03-01T00:00:00.000Z")]
    [TestCase(1078012800000L, "2004-02-29T00:00:00.000Z")]
    [TestCase(-62167219200000L, "0000-01-01T00:00:00.000Z")]
    [TestCase(-62167219200001L, "-000001-12-31T23:59:59.999Z")]
    [TestCase(253402300799999L, "9999-12-31T23:59:59.999Z")]
    [TestCase(253402300800000L, "+010000-01-01T00:00:00.000Z")]
    [TestCase(8640000000000000L, "+275760-09-13T00:00:00.000Z")]
    [TestCase(-8640000000000000L, "-271821-04-20T00:00:00.000Z")]
    [TestCase(-99999999999999L, "-001199-02-15T14:13:20.001Z")]
    [TestCase(1700000000123L, "2023-11-14T22:13:20.123Z")]
    [TestCase(-2208988800000L, "1900-01-01T00:00:00.000Z")]
    [TestCase(13569465600000L, "2400-01-01T00:00:00.000Z")]
    public void A_date_has_the_text_of_toISOString_and_is_read_back(long milliseconds, string text)
    {
        var destination = new byte[JavaScriptDate.MaxLength];

        var length = JavaScriptDate.Format(destination, milliseconds);

        Assert.That(Encoding.UTF8.GetString(destination, 0, length), Is.EqualTo(text));
        Assert.That(JavaScriptDate.TryParse(destination.AsSpan(0, length), out var read), Is.True);
        Assert.That(read, Is.EqualTo(milliseconds));
    }

    [Test]
    public void Every_day_of_four_centuries_is_the_day_of_the_calendar()
    {
        var destination = new byte[JavaScriptDate.MaxLength];
        for (var day = new DateTime(1800, 1, 1, 0, 0, 0, DateTimeKind.Utc); day.Year < 2201; day = day.AddDays(1))
        {
            var milliseconds = new DateTimeOffset(day).ToUnixTimeMilliseconds();
            var length = JavaScriptDate.Format(destination, milliseconds);
            if (Encoding.UTF8.GetString(destination, 0, length) != day.ToString("yyyy-MM-dd'T'HH:mm:ss.fffZ", CultureInfo.InvariantCulture)
                || !JavaScriptDate.TryParse(destination.AsSpan(0, length), out var read) || read != milliseconds)
            {
                Assert.Fail($"{day:O} became {Encoding.UTF8.GetString(destination, 0, length)}");
            }
        }
    }
}
