using System.Text;
using System.Text.RegularExpressions;

namespace GpuContainers.Ctk.Tests.CommandLine;

/// <summary>What is seen on a terminal of 80 columns, and its recorded form in testdata/terminal.</summary>
internal static partial class Screen
{
    /// <summary>The columns of the usual terminal.</summary>
    internal const int Columns = 80;

    /// <summary>What begins a colour or another attribute.</summary>
    internal const char Escape = '\e';

    private static bool IsRecording => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    /// <summary>It is what was recorded under a name; with UPDATE_GOLDEN=1 it is recorded.</summary>
    internal static void AssertRecorded(string name, string shown)
    {
        if (IsRecording)
            File.WriteAllText(PathOf(name), shown);
        Assert.Equal(Recorded(name), shown);
    }

    /// <summary>
    /// It is what was recorded under a name with an ending, or under the name alone where the usual screen without its attributes is the same.
    /// </summary>
    internal static void AssertRecorded(string name, string ending, string shown)
    {
        string usual = WithoutAttributes(Recorded(name)), own = PathOf($"{name}.{ending}");
        if (IsRecording && usual != shown)
            File.WriteAllText(own, shown);
        else if (IsRecording)
            File.Delete(own);
        Assert.Equal(File.Exists(own) ? File.ReadAllText(own) : usual, shown);
    }

    /// <summary>Ids of requirements are for those who read the source.</summary>
    internal static void AssertNoRequirementId(string shown) => Assert.DoesNotMatch(RequirementId(), shown);

    /// <summary>
    /// No line is longer than the terminal is wide, but for a word that must not be broken, for messages, each of which is one line, and for what is typed or
    /// read by programs.
    /// </summary>
    internal static void AssertFits(string shown) => Assert.All(
        WithoutAttributes(shown).Split('\n'),
        static line => Assert.True(line.Length <= Columns || !line.Trim().Contains(' ') || Message().IsMatch(line), line));

    /// <summary>Without the time and the commit, which are others in every run and build.</summary>
    internal static string WithoutMoment(string shown) => Commit().Replace(Seconds().Replace(Time().Replace(shown, "time=\"T\""), "[0000]"), "C");

    /// <summary>The letters alone.</summary>
    internal static string WithoutAttributes(string text)
    {
        var plain = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != Escape)
                plain.Append(text[i]);
            else
                i = text.AsSpan(i).IndexOf('m') is >= 0 and var length ? i + length : text.Length;
        }
        return plain.ToString();
    }

    [GeneratedRegex("^(time=|[A-Z]{4}\\[[0-9]{4}\\] |(nvidia|gpu)-[a-z-]+: |could not |\\$ | +fix  sudo |[a-z-]+ = |[0-9]+,)")]
    private static partial Regex Message();

    [GeneratedRegex("time=\"[^\"]*\"")]
    private static partial Regex Time();

    [GeneratedRegex("(?<=[A-Z]{4}(\e\\[0m)?)\\[[0-9]{4}\\]")]
    private static partial Regex Seconds();

    [GeneratedRegex("(?<=^(commit|build revision): )[0-9a-z]+", RegexOptions.Multiline)]
    private static partial Regex Commit();

    [GeneratedRegex("\\b(RT|CF|CDI|DS|NV|GN|HK|LC|SEC|LG|CL|NL|CG|CT|IN|DR|NRI)-[0-9]")]
    private static partial Regex RequirementId();

    private static string Recorded(string name) => File.ReadAllText(PathOf(name));

    private static string PathOf(string name) => Checkout.At("testdata", "terminal", name + ".txt");
}
