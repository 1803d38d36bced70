using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>The root as working directory: where it is certain a hook does not wait for the state, elsewhere the state alone counts.</summary>
public sealed class HookWorkingRootTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private static readonly string[] Link = ["create-symlinks", "--link", "target::/opt/made"];

    private SimulatedHost Host => fixture.Host;

    // A pipe that this process holds open itself: whoever reads it waits for ever, which the hook's limit ends as an error.
    [Theory]
    [Requirement("HK-151")]
    [InlineData("nvidia-cdi-hook", "", "create-symlinks", "--link", "target::/opt/made")]
    [InlineData("nvidia-cdi-hook", "", "sequence", "create-symlinks", "--link", "target::/opt/made", ";", "update-ldcache")]
    [InlineData("nvidia-cdi-hook", "--debug", "create-symlinks", "--link", "target::/opt/made")]
    [InlineData("nvidia-ctk", "hook", "create-symlinks", "--link", "target::/opt/made")]
    public void The_hook_that_the_configuration_names_does_its_work_without_the_state(string program, string first, params string[] arguments)
    {
        string[] words = first.Length > 0 ? [program, first, .. arguments] : [program, .. arguments];
        foreach (bool isAbsolute in (bool[])[false, true])
        {
            var root = new HookRoot(Host);
            Configure(root, isAbsolute ? root.Folder : "rootfs", "createContainer", words);
            CommandResult result = RunIn(root, words, "test -p /run/silent || mkfifo /run/silent; exec 0<>/run/silent;", "");
            Assert.True(result.Status == 0, result.Errors);
            Assert.Equal("target", new FileInfo(root.At("opt/made")).LinkTarget);
        }
    }

    // The state names another container: each time it is that one which gets the link.
    [Theory]
    [Requirement("HK-28", "HK-38", "HK-151")]
    [InlineData("nothing is mounted there")]
    [InlineData("another hook is named")]
    [InlineData("a longer hook is named")]
    [InlineData("another stage names it")]
    [InlineData("another root is named")]
    [InlineData("no root is named")]
    [InlineData("the configuration is no JSON")]
    [InlineData("an option names the state")]
    public void Elsewhere_the_state_counts(string why)
    {
        string[] words = ["nvidia-cdi-hook", .. Link];
        var root = new HookRoot(Host);
        Configure(root, "rootfs", "createContainer", words);
        var other = new HookRoot(Host);
        if (why == "another hook is named")
            Configure(root, "rootfs", "createContainer", ["nvidia-cdi-hook", "create-symlinks", "--link", "target::/opt/more"]);
        if (why == "a longer hook is named")
            Configure(root, "rootfs", "createContainer", [.. words, "--link", "target::/opt/more"]);
        if (why == "another stage names it")
            Configure(root, "rootfs", "createRuntime", words);
        if (why == "another root is named")
            Configure(root, other.Folder, "createContainer", words);
        if (why == "no root is named")
            Configure(root, "", "createContainer", words);
        if (why == "the configuration is no JSON")
            File.WriteAllText(Host.At(root.Bundle + "/config.json"), "{\"root\":{\"path\":\"rootfs\"},");
        if (why == "an option names the state")
        {
            words = [.. words, "--container-spec", other.StateFile];
            Configure(root, "rootfs", "createContainer", words);
        }
        CommandResult result = RunIn(root, words, why == "nothing is mounted there" ? $"cd /; umount {root.Folder}; cd {root.Folder};" : "", other.State);
        Assert.Equal((0, ""), (result.Status, result.Errors));
        Assert.Equal("target", new FileInfo(other.At("opt/made")).LinkTarget);
        Assert.False(Path.Exists(root.At("opt")));
    }

    // The program in the hook's place gives it a pipe that stays silent. Docker's roots lie elsewhere than the bundle.
    [Theory]
    [Requirement("HK-151")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_real_container_is_made_without_the_state(bool isElsewhere)
    {
        Container container = fixture.Prepare();
        container.Runtime = "runc";
        Host.Shell("""
            test -p /run/silent || mkfifo /run/silent
            printf '#!/bin/sh\nexec nvidia-cdi-hook "$@" 0<>/run/silent\n' >/run/hook-with-silent-input; chmod 755 /run/hook-with-silent-input
            """).Succeeded();
        if (isElsewhere)
        {
            string root = "/run/root-of-" + container.Id;
            Host.Run("mv", container.Rootfs, root).Succeeded();
            container.Specification["root"]!["path"] = root;
        }
        container.Specification["hooks"] = new JsonObject
        {
            ["createContainer"] = new JsonArray(Hook("/run/hook-with-silent-input", ["nvidia-cdi-hook", .. Link])),
        };
        Assert.Equal("target", container.Run("readlink /opt/made").Succeeded().Output.Trim());
    }

    private void Configure(HookRoot root, string path, string stage, string[] words) =>
        File.WriteAllText(Host.At(root.Bundle + "/config.json"), new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["hooks"] = new JsonObject
            {
                ["poststop"] = new JsonArray(Hook("/bin/true", ["true"])),
                [stage] = new JsonArray(Hook("/bin/true", ["true"]), Hook("/usr/bin/" + words[0], words)),
            },
            ["root"] = new JsonObject { ["path"] = path },
        }.ToJsonString());

    private static JsonObject Hook(string path, string[] words) => new()
    {
        ["path"] = path,
        ["args"] = new JsonArray([.. words.Select(static a => (JsonNode)a)]),
        ["env"] = new JsonArray("NVIDIA_CTK_DEBUG=false", "PATH=/usr/bin:/bin"),
    };

    // As runc starts a hook: in the root, which is mounted on itself.
    private CommandResult RunIn(HookRoot root, string[] words, string before, string input) => Host.Run(
        ["unshare", "--mount", "sh", "-ec", $"mount --bind {root.Folder} {root.Folder}; cd {root.Folder}; {before} exec \"$@\"", "sh", .. words], [], input);
}
