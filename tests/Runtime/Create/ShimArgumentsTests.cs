using GpuContainers.Diagnostics;
using GpuContainers.Runtime.Create;

namespace GpuContainers.Runtime.Tests.Create;

public sealed class ShimArgumentsTests
{
    // The tables of RT-70 and RT-72; the program name stands in front.
    [Theory]
    [Requirement("RT-3", "RT-70", "RT-72")]
    [InlineData("create --bundle /b id", true)]
    [InlineData("--log /l create id", true)]
    [InlineData("--bundle create start id", false)]
    [InlineData("--bundle=create start id", false)]
    [InlineData("-b -b create", true)]
    [InlineData("exec id create", false)]
    [InlineData("delete create", false)]
    [InlineData("run --bundle /b id", false)]
    [InlineData("restore --bundle /b id", false)]
    [InlineData("--root create state id", false)]
    [InlineData("--root=/r --systemd-cgroup --debug create id", true)]
    [InlineData("--rootless true --criu /c --cgroup-manager systemd --log-format json create id", true)]
    [InlineData("", false)]
    [InlineData("--version", false)]
    [InlineData("-- create id", true)]
    public void The_subcommand_decides(string tail, bool isCreate) =>
        Assert.Equal(isCreate, Parse(tail).IsCreate);

    [Theory]
    [Requirement("RT-70", "RT-71")]
    [InlineData("--strange exec id create", true)]
    [InlineData("--strange --bundle create start id", false)]
    [InlineData("--strange -b -b create", true)]
    [InlineData("--strange start id", false)]
    [InlineData("--strange=1 exec id create", false)]
    public void Behind_an_unknown_option_any_word_create_counts(string tail, bool isCreate) =>
        Assert.Equal(isCreate, Parse(tail).IsCreate);

    [Theory]
    [Requirement("RT-20", "RT-24")]
    [InlineData("--version", true)]
    [InlineData("-version", true)]
    [InlineData("---version", true)]
    [InlineData("--version=false", true)]
    [InlineData("--version create id", true)]
    [InlineData("-v", false)]
    [InlineData("version", false)]
    [InlineData("exec id tool --version", false)]
    [InlineData("create --version=false", false)]
    [InlineData("--strange exec id tool --version", true)]
    public void The_version_flag_counts_in_front_of_the_subcommand(string tail, bool shows) =>
        Assert.Equal(shows, Parse(tail).ShowsVersion);

    [Theory]
    [Requirement("RT-73")]
    [InlineData("create id", "")]
    [InlineData("create --bundle /b id", "/b")]
    [InlineData("create -b /b id", "/b")]
    [InlineData("create -bundle /b id", "/b")]
    [InlineData("create --b=/b id", "/b")]
    [InlineData("create --bundle= id", "")]
    [InlineData("create --bundle /a -b=/c id", "/c")]
    [InlineData("create --bundle --debug id", "--debug")]
    [InlineData("create --bundles /x id", "")]
    public void The_last_bundle_flag_wins(string tail, string bundle) => Assert.Equal(bundle, Parse(tail).Bundle);

    [Fact]
    [Requirement("RT-74")]
    public void A_bundle_flag_without_value_has_no_bundle() => Assert.Null(Parse("create id --bundle").Bundle);

    // The table of RT-32.
    [Theory]
    [Requirement("RT-30", "RT-31", "RT-32")]
    [InlineData("--log /l --log-format json create", "/l", true, false)]
    [InlineData("-log=/l create", "/l", false, false)]
    [InlineData("create --debug=false", "", false, true)]
    [InlineData("--log --debug create", "--debug", false, false)]
    [InlineData("--root --debug create", "", false, true)]
    [InlineData("--log= create", "", false, false)]
    [InlineData("create --log", "", false, false)]
    [InlineData("--log /a --log /b", "/b", false, false)]
    [InlineData("--log-format text --log-format json", "", true, false)]
    [InlineData("--log-format JSON", "", false, false)]
    [InlineData("--Log /l", "", false, false)]
    [InlineData("--log /a --log-format json --debug --version --log /b", "/a", true, true)]
    public void Log_options_are_scanned_once_from_the_left(string tail, string file, bool json, bool debug)
    {
        LogOptions options = Parse(tail).Logging;
        Assert.Equal((file, json ? LogFormat.Json : LogFormat.Text, debug), (options.File, options.Format, options.Debug));
    }

    private static ShimArguments Parse(string tail) =>
        ShimArguments.Parse(["nvidia-container-runtime", .. tail.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
}
