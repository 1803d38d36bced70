using System.Text;

namespace GpuContainers.Diagnostics.Tests;

/// <summary>How much of a container's values messages show.</summary>
[Requirement("RT-264")]
public sealed class ShownValuesTests
{
    [Fact]
    public void Ten_values_of_a_list_are_shown_and_the_others_counted()
    {
        string[] names = [.. Enumerable.Range(0, 100_000).Select(number => $"n{number}")];
        Assert.Equal("n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 … and 99,990 more", ShownValues.List(names));
        Assert.Equal("n0, n1", ShownValues.List(names[..2], ", "));
        Assert.Equal("", ShownValues.List([]));
    }

    [Fact]
    public void A_long_value_loses_its_middle_and_no_half_of_a_character()
    {
        Assert.Equal(new string('x', 200), ShownValues.One(new string('x', 200)));
        string shown = ShownValues.One("begin" + new string('x', 100_000) + "end");
        Assert.Equal(200, shown.Length);
        Assert.StartsWith("begin", shown, StringComparison.Ordinal);
        Assert.EndsWith("end", shown, StringComparison.Ordinal);
        foreach (string before in new[] { "", "a" })
        {
            string faces = ShownValues.One(before + string.Concat(Enumerable.Repeat("😀", 1000)));
            Assert.Equal(faces, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(faces)));
        }
    }

    [Fact]
    public void What_a_terminal_would_act_on_is_shown_as_an_escape() =>
        Assert.Equal("a\\u001b[31mb\\u000ac\\u2028é\\u0085", ShownValues.Printable("a\u001b[31mb\nc\u2028é\u0085"));

    // Letters of one byte, of four, and such as become six when they are escaped.
    [Theory]
    [InlineData("x")]
    [InlineData("😀")]
    [InlineData("<")]
    [InlineData("\u0001")]
    [InlineData("\"")]
    public void A_record_fits_into_a_pipe_in_one_piece_whatever_it_holds(string letter)
    {
        string message = "what happened: " + string.Concat(Enumerable.Repeat(letter, 1_000_000)) + "; what to do";
        foreach (LogFormat format in Enum.GetValues<LogFormat>())
        {
            byte[] record = LogLine.Format(format, DateTimeOffset.UnixEpoch, LogLevel.Error, message);
            string text = Encoding.UTF8.GetString(record);
            Assert.InRange(record.Length, 3000, 4096);
            Assert.EndsWith("\n", text, StringComparison.Ordinal);
            Assert.Contains("what happened: ", text, StringComparison.Ordinal);
            Assert.Contains("; what to do", text, StringComparison.Ordinal);
        }
    }
}
