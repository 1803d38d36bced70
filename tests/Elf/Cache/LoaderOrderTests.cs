using System.Text;
using CsCheck;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Elf.Tests.Cache;

/// <summary>The order that the loader searches in.</summary>
[Requirement("LC-10", "LC-11", "LC-12")]
public sealed class LoaderOrderTests
{
    private static readonly LoaderOrder s_x86 = new(signedBytes: true);

    // Recorded, the greatest first; Latin-1 stands for bytes.
    [Fact]
    [Requirement("LC-12")]
    public void The_recorded_order()
    {
        string[] descending =
        [
            "lib386.so", "libz.so.1", "libx32.so.1", "libs2x.so", "libs~.so", "libs_.so", "libsA.so", "libs.so", "libs-10.so", "libs-2.so", "libs-1.so",
                "libs-.so", "libs\u00c3\u00a4.so", "libreg.so.1",
        ];
        for (int i = 0; i < descending.Length; i++)
        {
            for (int j = 0; j < descending.Length; j++)
                Assert.Equal(Math.Sign(j - i), Math.Sign(Compare(descending[i], descending[j])));
        }
    }

    [Theory]
    [Requirement("LC-10")]
    [InlineData("libx.so.01", "libx.so.1", 0)]
    [InlineData("libx.so.1", "libx.so", 1)]
    [InlineData("libx1", "libx", 1)]
    [InlineData("libx", "libxa", -1)]
    [InlineData("libx.so.9", "libx.so.10", -1)]
    [InlineData("libx.so.1", "libx.so.a", 1)]
    [InlineData("", "", 0)]
    [InlineData("", "a", -1)]
    public void Digits_count_as_numbers_and_more_than_anything_else(string left, string right, int sign)
    {
        Assert.Equal(sign, Math.Sign(Compare(left, right)));
        Assert.Equal(-sign, Math.Sign(Compare(right, left)));
    }

    [Fact]
    [Requirement("LC-10")]
    public void High_bytes_are_negative_on_x86_and_the_greatest_on_ARM()
    {
        Assert.True(s_x86.Compare([0xc3], "a"u8) < 0);
        Assert.True(s_x86.Compare([0xc3], ""u8) < 0);
        Assert.True(new LoaderOrder(signedBytes: false).Compare([0xc3], "a"u8) > 0);
    }

    // As the loader's own arithmetic.
    [Fact]
    [Requirement("LC-11")]
    public void Long_numbers_wrap_around()
    {
        Assert.Equal(0, Compare("libx.so.4294967297", "libx.so.1"));
        Assert.True(Compare("libx.so.2147483648", "libx.so.0") < 0);
        Assert.True(Compare("libx.so.2147483647", "libx.so.2147483648") < 0);
    }

    // Names whose numbers are short, as all real ones are: a total order.
    [Fact]
    public void It_is_an_order()
    {
        Gen<string> name = Gen.Select(
            Gen.Char["abs~_.-A\u00c3"].Array[0, 4], Gen.Int[0, 120], Gen.Char["x.09"].Array[0, 3], (a, n, b) => new string(a) + n + new string(b));
        Gen.Select(name, name, name).Sample((a, b, c) =>
            Math.Sign(Compare(a, b)) == -Math.Sign(Compare(b, a))
            && Compare(a, a) == 0
            && !(Compare(a, b) <= 0 && Compare(b, c) <= 0 && Compare(a, c) > 0));
    }

    // What the C library itself says: strverscmp(3) is not a match, so the rule is written down a second time, from LC-10, over tokens.
    [Fact]
    [Requirement("LC-10")]
    public void It_equals_a_comparison_by_tokens()
    {
        Gen<string> name = Gen.Char["ab.-~0129\u00c3"].Array[0, 7].Select(a => new string(a));
        Gen.Select(name, name).Sample((a, b) => Math.Sign(Compare(a, b)) == Math.Sign(ByTokens(a, b)), iter: 100_000);
    }

    private static int ByTokens(string left, string right)
    {
        List<int> a = Tokens(left), b = Tokens(right);
        for (int i = 0; i < Math.Max(a.Count, b.Count); i++)
        {
            int difference = (i < a.Count ? a[i] : 0).CompareTo(i < b.Count ? b[i] : 0);
            if (difference != 0)
                return difference;
        }
        return 0;
    }

    // A number becomes a value above all bytes, a byte its signed value; the end counts as 0.
    private static List<int> Tokens(string text)
    {
        var tokens = new List<int>();
        for (int i = 0; i < text.Length;)
        {
            int end = i;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            tokens.Add(end > i ? 1000 + int.Parse(text[i..end]) : (sbyte)text[i]);
            i = Math.Max(end, i + 1);
        }
        return tokens;
    }

    private static int Compare(string left, string right) => s_x86.Compare(Encoding.Latin1.GetBytes(left), Encoding.Latin1.GetBytes(right));
}
