using System.Text.RegularExpressions;
using GpuContainers.Installer.Settings;
using k8s.Models;

namespace GpuContainers.Kubernetes.Tests;

/// <summary>What an operator copies from the page about Kubernetes: variables, flags, files and folders are those that there are.</summary>
public sealed partial class GuideTests
{
    private static readonly string Page = File.ReadAllText(Checkout.At("docs", "guide", "kubernetes.md"));

    // What users' pods set themselves.
    private static readonly string[] OfPods = ["NVIDIA_VISIBLE_DEVICES", "NVIDIA_GPU_MEMORY_REQUEST", "NVIDIA_GPU_MEMORY_LIMIT"];

    [Fact]
    [Requirement("IN-4")]
    public void Every_variable_is_one_of_the_installers_or_of_pods()
    {
        string[] names = [.. Variable().Matches(Page).Select(static m => m.Value).Distinct()];

        Assert.True(names.Length > 8);
        Assert.DoesNotContain(names, static name => !OfPods.Contains(name) && InstallerInput.Behind(name) is null);
    }

    [Fact]
    [Requirement("IN-4")]
    public void Every_flag_of_the_installer_is_there()
    {
        string[] flags = [.. InstallerCall().Matches(Page).SelectMany(static m => Flag().Matches(m.Value)).Select(static m => m.Value).Distinct()];

        Assert.NotEmpty(flags);
        Assert.DoesNotContain(flags, static flag => flag != "--help" && !InstallerInput.Options.Any(o => o.Name == flag || o.Aliases.Contains(flag)));
    }

    [Fact]
    public void Every_file_of_ours_is_there()
    {
        string[] paths = [.. OwnFile().Matches(Page).Select(static m => m.Value.StartsWith("examples", StringComparison.Ordinal)
            ? "packaging/kubernetes/" + m.Value : m.Value).Distinct()];

        Assert.True(paths.Length > 6);
        Assert.All(paths, static path => Assert.True(Path.Exists(Checkout.At(path)), path));
    }

    // The columns: the overlay, its nodes, the engine's files, what happens to the engine.
    [Theory]
    [Requirement("IN-131")]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void The_table_names_each_overlay_and_the_files_that_it_changes(string name)
    {
        string[] cells = [.. Page.Split('\n').Single(line => OverlayRow().IsMatch(line) && line.Split('|')[1].Contains($"`{name}`", StringComparison.Ordinal))
            .Split('|').Select(static cell => cell.Trim())];
        string[] named = [.. Quoted().Matches(cells[3]).Select(static m => m.Groups[1].Value)];
        EngineSettings? settings = Overlay.Of(name).Settings.Engine;
        if (settings is null)
        {
            Assert.Equal("none", cells[3]);
            return;
        }
        string[] changed = [.. ((string[])[settings.Engine.ConfigPath, settings.Engine.DropInPath]).Where(static path => path.Length > 0)
            .Select(path => Overlay.Of(name).OnHost(path)!.Value.Path)];

        Assert.NotEmpty(named);
        Assert.All(named, file => Assert.Contains(changed, path => $"{path}/".Contains($"/{file.TrimStart('/')}/", StringComparison.Ordinal)));
    }

    [Fact]
    [Requirement("IN-130")]
    public void The_image_and_the_label_are_those_of_the_overlays()
    {
        V1PodSpec pod = Overlay.Of("containerd").DaemonSet.Spec.Template.Spec;

        Assert.Contains($"the image `{Overlay.Of("containerd").Container.Image}`", Page, StringComparison.Ordinal);
        Assert.Contains($"NODE {string.Join(' ', pod.NodeSelector.Select(static label => $"{label.Key}={label.Value}"))}", Page, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b")]
    private static partial Regex Variable();

    [GeneratedRegex("nvidia-ctk-installer[^`\n]*")]
    private static partial Regex InstallerCall();

    [GeneratedRegex("(?<= )--?[a-z][a-z.-]*")]
    private static partial Regex Flag();

    [GeneratedRegex(@"\b(packaging/kubernetes|examples/)[a-z0-9/-]*(\.yaml)?")]
    private static partial Regex OwnFile();

    [GeneratedRegex(@"^\| `[a-z0-9]+`")]
    private static partial Regex OverlayRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
