using System.Text.RegularExpressions;
using GpuContainers.CommandLine;
using GpuContainers.Installer.Settings;

namespace GpuContainers.Installer.Tests.Settings;

/// <summary>Every flag of the rules, with its other names and its variables in their order: they are what deployments are made of.</summary>
public sealed partial class FlagTableTests
{
    private static readonly Option[] s_all = [.. GeneralFlags.All, .. ToolkitFlags.All, .. EngineFlags.All];

    // What this installer has beyond the rules.
    private static readonly string[] s_own = ["--health-address", "--undo"];

    public static TheoryData<string, string, string> Rows()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (string line in File.ReadLines(Checkout.At("docs", "requirements", "IN-installer.md")))
        {
            if (Row().Match(line) is { Success: true } row)
                rows.Add(row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value);
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    [Requirement("IN-3", "IN-4")]
    public void A_flag_has_the_names_variables_and_default_of_its_rule(string names, string variables, string byDefault)
    {
        string[] wanted = Quoted(names);
        Option option = s_all.Single(option => option.Name == wanted[0]);
        Assert.Equal(wanted[1..].Order(StringComparer.Ordinal), option.Aliases.Order(StringComparer.Ordinal));
        if (!variables.StartsWith("as the", StringComparison.Ordinal))
            Assert.Equal(Quoted(variables), option.Variables);
        Assert.Equal(names.Contains("list", StringComparison.Ordinal), option is ListOption);
        if (option is FlagOption flag)
            Assert.Equal(byDefault.Contains("true", StringComparison.Ordinal), flag.ByDefault);
        else if (byDefault.StartsWith('`') && option is TextOption text)
            Assert.Equal($"\"{Quoted(byDefault)[0]}\"", text.DefaultText);
    }

    [Fact]
    public void There_is_no_flag_without_a_rule()
    {
        string[] known = [.. Rows().SelectMany(static row => Quoted(row.Data.Item1))];
        Assert.True(known.Length > 60);
        Assert.Equal(s_own, s_all.Select(static option => option.Name).Except(known));
    }

    [Fact]
    [Requirement("IN-5")]
    public void The_shared_variable_sets_both_annotation_lists_and_each_flag_one()
    {
        const string variable = "NVIDIA_CONTAINER_RUNTIME_MODES_CDI_ANNOTATION_PREFIXES";
        (InstallerSettings? both, _) = SettingsInput.Read(["--runtime=containerd"], (variable, "a/, b/"));
        Assert.Equal(["a/*", " b/*"], both!.Engine!.ContainerAnnotations);
        Assert.Contains(both.Toolkit.OptionalKeys, static key => key is { IsGiven: true, Path: "nvidia-container-runtime.modes.cdi.annotation-prefixes" });
        (InstallerSettings? one, _) = SettingsInput.Read(["--runtime=containerd", "--nvidia-container-runtime-modes.cdi.annotation-prefixes=c/"]);
        Assert.Equal(["c/*"], one!.Engine!.ContainerAnnotations);
        Assert.DoesNotContain(one.Toolkit.OptionalKeys, static key => key is { IsGiven: true });
    }

    private static string[] Quoted(string cell) => [.. QuotedText().Matches(cell).Select(static match => match.Groups[1].Value)];

    [GeneratedRegex("^\\| (`--[^|]*) \\| ([^|]*) \\| ([^|]*) \\|$")]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex QuotedText();
}
