using System.Text;
using System.Text.RegularExpressions;
using GpuContainers.Engines.Files;

namespace GpuContainers.Ctk.Tests.Runtime;

/// <summary>Files as users have them: what changes is what was asked for, twice changes nothing, and undo gives the original bytes.</summary>
public sealed partial class ConfigureGoldenTests
{
    public static TheoryData<string> Cases() => [.. ConfigureCase.Names];

    [Fact]
    public void There_are_at_least_25_cases() => Assert.True(ConfigureCase.Names.Count() >= 25);

    [Theory]
    [Requirement("CT-48", "CT-49", "CT-50", "CT-51")]
    [MemberData(nameof(Cases))]
    public void The_difference_is_the_intended_one(string name)
    {
        using var files = new ConfigureCase(name);
        Dictionary<string, string> before = files.Snapshot();
        Assert.Equal(files.Expected, files.Run("--diff"));
        // --diff changes nothing at all.
        Assert.Equal(before, files.Snapshot());
        Assert.False(Directory.Exists(files.Backups));
    }

    [Theory]
    [Requirement("CT-48")]
    [MemberData(nameof(Cases))]
    public void Only_lines_of_our_settings_go(string name)
    {
        using var files = new ConfigureCase(name);
        List<string> lines = [.. files.Expected.Split('\n')];
        foreach (string gone in lines.Where(line => line.StartsWith('-') && !line.StartsWith("---", StringComparison.Ordinal)).Select(line => line[1..]))
        {
            bool gotComma = lines.Contains("+" + gone + ",") || lines.Contains("+" + gone.TrimEnd('\r') + ",\r");
            Assert.True(gotComma || OwnSetting().IsMatch(gone) || gone is "{}"
                || files.Expected.Contains("--- @/conf.d/99-nvidia.toml", StringComparison.Ordinal), gone);
        }
    }

    [Theory]
    [Requirement("CT-43", "CT-87")]
    [MemberData(nameof(Cases))]
    public void What_is_written_is_what_diff_and_dry_run_showed(string name)
    {
        using var files = new ConfigureCase(name);
        Dictionary<string, string> before = files.Snapshot(withTimes: false);
        string documents = files.Run("--dry-run");
        Assert.Equal(before, files.Snapshot(withTimes: false));
        Assert.Empty(files.Run());
        var written = new StringBuilder();
        // The drop-in is printed and compared before the top-level file.
        foreach (string path in files.Snapshot().Keys.Where(File.Exists).OrderBy(path => path == files.TopLevel).ThenBy(path => path, StringComparer.Ordinal))
        {
            byte[]? old = before.TryGetValue(path, out string? text) ? Encoding.Latin1.GetBytes(text) : null;
            written.Append(UnifiedDiff.Between(path, old, File.ReadAllBytes(path)));
            if (files.Expected.Contains(path.Replace(files.Files + "/", "@/", StringComparison.Ordinal), StringComparison.Ordinal))
                Assert.Contains(File.ReadAllText(path).Replace(files.Files + "/", "@/", StringComparison.Ordinal) + "\n", documents, StringComparison.Ordinal);
        }
        Assert.Equal(files.Expected, written.ToString().Replace(files.Files + "/", "@/", StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("CT-44", "CT-49")]
    [MemberData(nameof(Cases))]
    public void A_second_run_changes_no_byte_and_no_time(string name)
    {
        using var files = new ConfigureCase(name);
        files.Run();
        Dictionary<string, string> once = files.Snapshot();
        files.Run();
        Assert.Equal(once, files.Snapshot());
        Assert.Empty(files.Run("--diff"));
    }

    [Theory]
    [Requirement("CT-34")]
    [MemberData(nameof(Cases))]
    public void Undo_gives_the_original_bytes(string name)
    {
        using var files = new ConfigureCase(name);
        Dictionary<string, string> before = files.Snapshot(withTimes: false);
        files.Run();
        if (files.Expected.Length == 0)
        {
            // Nothing was changed, so nothing was kept.
            Assert.False(Directory.Exists(files.Backups));
            return;
        }
        string shown = files.Run("--undo", "--diff");
        Assert.Equal(files.Expected.Count(c => c == '\n'), shown.Count(c => c == '\n'));
        files.Run("--undo");
        Assert.Equal(before, files.Snapshot(withTimes: false));
        Assert.Empty(Directory.GetFiles(files.Backups));
    }

    [GeneratedRegex(
        "default-runtime|default_runtime|imports|\"path\"|runtimeArgs|\"runtimes\": " +
        "null|BinaryName|\"features\"|^\\{\"debug\":true|privileged_without_host_devices|runtime_engine|runtime_root|runtime_type|ShimCgroup")]
    private static partial Regex OwnSetting();
}
