using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuContainers.TestSupport;

/// <summary>Which requirements the tests name, in their names (RT_88) or comments (RT-88).</summary>
public static partial class Citations
{
    /// <summary>The numbers of a series that no test file of the repository names.</summary>
    /// <param name="series">The letters, such as "RT".</param>
    /// <param name="numbers">The numbers of the requirements that state a rule.</param>
    public static List<int> Missing(string series, IEnumerable<int> numbers)
    {
        var named = new HashSet<int>();
        foreach (string file in Directory.EnumerateFiles(TestsFolder(), "*.cs", SearchOption.AllDirectories))
        {
            foreach (Match match in Citation().Matches(File.ReadAllText(file)))
            {
                if (match.Groups[1].Value == series)
                    named.Add(int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
            }
        }
        return [.. numbers.Where(number => !named.Contains(number))];
    }

    // The sources stand above the folder that the tests run in.
    private static string TestsFolder()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "GpuContainers.slnx")))
                return Path.Combine(folder, "tests");
        }
        throw new InvalidOperationException("the tests run outside of the repository");
    }

    [GeneratedRegex("(?<![A-Za-z])([A-Z]{2,3})[-_]([0-9]+)(?![0-9A-Za-z])")]
    private static partial Regex Citation();
}
