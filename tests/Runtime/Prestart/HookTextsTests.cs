using GpuContainers.Diagnostics;
using GpuContainers.Runtime.Prestart;

namespace GpuContainers.Runtime.Tests.Prestart;

public sealed class HookTextsTests
{
    [Fact]
    [Requirement("LG-4")]
    [Requirement("RT-21")]
    public void The_version_has_a_commit_line_where_one_is_known()
    {
        Assert.Equal("NVIDIA Container Runtime Hook version 1.2.3\n", ProductVersion.Banner("NVIDIA Container Runtime Hook", "1.2.3", ""));
        Assert.Equal("NVIDIA Container Runtime Hook version 1.2.3\ncommit: abc\n", ProductVersion.Banner("NVIDIA Container Runtime Hook", "1.2.3", "abc"));
    }

    [Fact]
    [Requirement("LG-7")]
    public void The_usage_lists_flags_in_order_and_then_the_commands()
    {
        string[] lines = HookTexts.Usage.Split('\n');
        Assert.Equal("Usage of nvidia-container-runtime-hook:", lines[0]);
        Assert.Equal(["  -config string", "  -debug", "  -version"], lines.Where(line => line.StartsWith("  -", StringComparison.Ordinal)));
        int commands = Array.IndexOf(lines, "Commands:");
        Assert.True(commands > Array.IndexOf(lines, "  -version"));
        Assert.Equal(["  prestart", "  poststart", "  poststop"], lines[commands..].Where(line => line.StartsWith("  p", StringComparison.Ordinal)));
        Assert.EndsWith("no-op\n", HookTexts.Usage, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("LG-9")]
    public void A_message_is_one_line_whatever_the_container_puts_into_it() =>
        Assert.Equal("a; b\\u001b[2Jc\\u000d\n", HookTexts.Line("a\nb\u001b[2Jc\r"));

    [Fact]
    [Requirement("LG-61")]
    public void The_refusal_names_the_cure()
    {
        Assert.Contains("(e.g. specifying the docker --gpus flag) is not supported", HookTexts.NotLegacyMode, StringComparison.Ordinal);
        string[] cures = ["--runtime=nvidia", "--device nvidia.com/gpu=all", "nvidia-ctk runtime configure --runtime=docker --set-as-default"];
        Assert.All(cures, static cure => Assert.Contains(cure, HookTexts.NotLegacyMode, StringComparison.Ordinal));
    }
}
