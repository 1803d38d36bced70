using System.Text.Json.Nodes;
using CsCheck;
using GpuContainers.Configuration.Model;
using GpuContainers.Runtime.Create;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create;

/// <summary>config.json under everything that can go wrong: it is the old one, or the new one, whole.</summary>
public sealed class OciBundleTests
{
    private static readonly ToolkitConfig s_legacy = new() { Runtime = new RuntimeConfig { Mode = "legacy" } };

    [Theory]
    [Requirement("RT-75")]
    [InlineData("", "config.json")]
    [InlineData("/b", "/b/config.json")]
    [InlineData("/b//x/../", "/b/config.json")]
    [InlineData("b/", "b/config.json")]
    public void The_path_is_cleaned(string bundle, string expected)
    {
        CoreException error = Assert.Throws<CoreException>(() => OciBundle.Load(bundle, strict: false));
        Assert.Contains($"open {expected}: no such file or directory", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("RT-80", "RT-82", "RT-84")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{} {}")]
    [InlineData("""{"process":{"user":{"uid":-1}}}""")]
    [InlineData("""{"process":{"user":{"uid":1.5}}}""")]
    [InlineData("""{"process":{"user":{"uid":1e3}}}""")]
    [InlineData("""{"process":{"user":{"uid":4294967296}}}""")]
    [InlineData("""{"process":{"env":"A=1"}}""")]
    public void Content_that_is_no_specification_is_refused(string content)
    {
        using var scratch = new ScratchFolder();
        scratch.File("config.json", content);
        CoreException error = Assert.Throws<CoreException>(() => OciBundle.Load(scratch.Path, strict: false));
        Assert.StartsWith(
            "failed to load OCI spec: error loading OCI specification from file: error reading OCI specification: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-80")]
    public void A_null_is_an_empty_specification()
    {
        using var scratch = new ScratchFolder();
        scratch.File("config.json", "null\n");
        Assert.Empty(OciBundle.Load(scratch.Path, strict: true).Specification.Env);
    }

    [Fact]
    [Requirement("RT-81", "RT-82", "RT-83", "RT-85", "RT-87")]
    public void Numbers_and_spellings_survive_an_edit()
    {
        const string content =
            """{"OCIVERSION":"1","linux":{"resources":{"hugepageLimits":[{"pageSize":"2MB","limit":18446744073709551615}]}},"x":1.50,"y":"\u003c"}""";
        using var scratch = new ScratchFolder();
        scratch.File("config.json", content);
        ContainerCreation.Prepare(s_legacy, scratch.Path).Apply();
        string written = scratch.Read("config.json");
        Assert.StartsWith(content[..^1], written, StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(written)!["hooks"]!["prestart"]);
    }

    [Fact]
    [Requirement("RT-104")]
    public void The_bounding_set_alone_makes_a_container_privileged()
    {
        using var scratch = new ScratchFolder();
        scratch.File("config.json", """{"process":{"capabilities":{"effective":["CAP_SYS_ADMIN"],"bounding":["CAP_CHOWN"]}}}""");
        Assert.False(OciBundle.Load(scratch.Path, strict: false).Image().IsPrivileged);
        scratch.File("config.json", """{"process":{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}}}""");
        Assert.True(OciBundle.Load(scratch.Path, strict: false).Image().IsPrivileged);
    }

    [Fact]
    [Requirement("RT-14", "RT-86", "RT-151", "RT-153")]
    public void The_file_is_untouched_or_complete() =>
        Gen.Select(
            One.Of("legacy", "cdi", "jit-cdi", "csv", "auto", "magic"),
            One.Of("0", "all", "none", "void", "", "vendor.com/gpu=0", "vendor.com/gpu=9", "vendor.com/gpu=bad"),
            One.Of("", ",\"extra\":{\"a\":[1,2.50]}", ",\"hooks\":{\"prestart\":[{\"path\":\"/x/nvidia-container-runtime-hook\"}]}", ",\"linux\":7", "}"))
                .Sample(
            (mode, visible, more) =>
            {
                using var scratch = new ScratchFolder();
                scratch.File("cdi/v.json", """{"cdiVersion":"0.5.0","kind":"vendor.com/gpu","devices":[{"name":"0","containerEdits":{"env":["GIVEN=1"]}},{"name":"bad","containerEdits":{"env":["GIVEN=1"],"deviceNodes":[{"path":"/dev/absent"}]}}]}""");
                string content = $$"""{"ociVersion":"1.0.2", "process":{"env":["NVIDIA_VISIBLE_DEVICES={{visible}}"]}{{more}} }""";
                scratch.File("config.json", content);
                var config = new ToolkitConfig
                {
                    Runtime = new RuntimeConfig { Mode = mode, Modes = new RuntimeModesConfig { CdiSpecDirectories = [scratch.At("cdi")] } },
                };
                bool failed = Failed(() => ContainerCreation.Prepare(config, scratch.Path).Apply());
                string after = scratch.Read("config.json");
                if (failed)
                    Assert.Equal(content, after);
                else
                    Assert.Equal(JsonNode.Parse(content)!["extra"]?.ToJsonString(), JsonNode.Parse(after)!["extra"]?.ToJsonString());
                Assert.Equal(["cdi", "config.json"], Directory.EnumerateFileSystemEntries(scratch.Path).Select(Path.GetFileName).Order());
            },
            iter: 200);

    [Fact]
    [Requirement("RT-88", "RT-89")]
    public void A_full_disk_leaves_the_old_file()
    {
        using var scratch = new ScratchFolder();
        using TestMount mount = TestMount.Tmpfs(scratch.At("disk"), "size=64k");
        File.WriteAllText(scratch.At("disk/config.json"), ShimRun.Specification);
        Fill(scratch.At("disk/filler"));
        CoreException error = Assert.Throws<CoreException>(() => ContainerCreation.Prepare(s_legacy, scratch.At("disk")).Apply());
        Assert.StartsWith(
            "could not apply required modification to OCI specification: error writing modified OCI specification: error writing OCI specification: ",
            error.Message, StringComparison.Ordinal);
        Assert.Contains("no space left on device", error.Message, StringComparison.Ordinal);
        Assert.Equal(ShimRun.Specification, File.ReadAllText(scratch.At("disk/config.json")));
        Assert.Equal(["config.json", "filler"], Directory.EnumerateFiles(scratch.At("disk")).Select(Path.GetFileName).Order());
    }

    [Fact]
    [Requirement("RT-88", "RT-89")]
    public void A_read_only_bundle_leaves_the_old_file()
    {
        using var scratch = new ScratchFolder();
        using TestMount mount = TestMount.Tmpfs(scratch.At("disk"), "size=1m");
        File.WriteAllText(scratch.At("disk/config.json"), ShimRun.Specification);
        TestMount.Remount(scratch.At("disk"), "ro");
        CoreException error = Assert.Throws<CoreException>(() => ContainerCreation.Prepare(s_legacy, scratch.At("disk")).Apply());
        Assert.Contains("error writing modified OCI specification: error opening OCI specification file: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("read-only file system", error.Message, StringComparison.Ordinal);
        Assert.Equal(ShimRun.Specification, File.ReadAllText(scratch.At("disk/config.json")));
    }

    [Fact]
    [Requirement("RT-88")]
    public void A_link_to_another_file_system_is_kept_and_its_target_replaced()
    {
        using var scratch = new ScratchFolder();
        using TestMount mount = TestMount.Tmpfs(scratch.At("disk"), "size=1m");
        File.WriteAllText(scratch.At("disk/real.json"), ShimRun.Specification);
        Directory.CreateDirectory(scratch.At("bundle"));
        File.CreateSymbolicLink(scratch.At("bundle/config.json"), scratch.At("disk/real.json"));
        ContainerCreation.Prepare(s_legacy, scratch.At("bundle")).Apply();
        Assert.Equal(scratch.At("disk/real.json"), new FileInfo(scratch.At("bundle/config.json")).LinkTarget);
        AssertEdited(File.ReadAllText(scratch.At("disk/real.json")));
    }

    [Fact]
    [Requirement("RT-88")]
    public void A_mount_point_is_written_in_place()
    {
        using var scratch = new ScratchFolder();
        string real = scratch.File("real.json", ShimRun.Specification);
        string path = scratch.File("bundle/config.json", "");
        using TestMount mount = TestMount.Bind(real, path);
        ContainerCreation.Prepare(s_legacy, scratch.At("bundle")).Apply();
        AssertEdited(File.ReadAllText(real));
        AssertEdited(File.ReadAllText(path));
    }

    [Fact]
    [Requirement("RT-88", "RT-89")]
    public void A_mount_point_on_a_full_disk_keeps_the_old_content()
    {
        using var scratch = new ScratchFolder();
        using TestMount disk = TestMount.Tmpfs(scratch.At("disk"), "size=64k");
        // Two pages to the last byte, so that the new content needs a third.
        string old = ShimRun.Specification.Replace(
            "\"future\"", "\"padding\":\"" + new string('x', 8192 - ShimRun.Specification.Length - 13) + "\",\"future\"", StringComparison.Ordinal);
        Assert.Equal(8192, old.Length);
        File.WriteAllText(scratch.At("disk/real.json"), old);
        Fill(scratch.At("disk/filler"));
        using TestMount mount = TestMount.Bind(scratch.At("disk/real.json"), scratch.File("bundle/config.json", ""));
        CoreException error = Assert.Throws<CoreException>(() => ContainerCreation.Prepare(s_legacy, scratch.At("bundle")).Apply());
        Assert.Contains("no space left on device", error.Message, StringComparison.Ordinal);
        Assert.Equal(old, File.ReadAllText(scratch.At("disk/real.json")));
    }

    [Fact]
    [Requirement("RT-88")]
    public void Mode_and_owner_are_those_of_the_old_file()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("config.json", ShimRun.Specification, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        System.Diagnostics.Process.Start("chown", ["12:34", path]).WaitForExit();
        ContainerCreation.Prepare(s_legacy, scratch.Path).Apply();
        AssertEdited(scratch.Read("config.json"));
        Assert.True(GpuContainers.Linux.Files.HostFile.TryStatus(path, true, out GpuContainers.Linux.Files.FileStatus status));
        Assert.Equal((UnixFileMode.UserRead | UnixFileMode.GroupRead, 12u, 34u), (status.Mode, status.Uid, status.Gid));
    }

    [Fact]
    [Requirement("RT-88")]
    public void A_kill_before_any_call_that_changes_a_file_leaves_the_old_one_or_the_new_one()
    {
        using ShimRun run = Legacy(ShimRun.Specification);
        string path = run.Scratch.At("bundle/config.json");
        int edited = 0;
        int killed = KilledRuns.All(
            strace =>
            {
                File.WriteAllText(path, ShimRun.Specification);
                return Command.Run(strace[0], [.. strace[1..], CoreProgram.Path, "create", "--bundle", run.Bundle, "c1"],
                    [.. run.Variables().Select(static v => new KeyValuePair<string, string?>(v.Name, v.Value))]);
            },
            _ => edited += IsEdited(File.ReadAllText(path), ShimRun.Specification) ? 1 : 0);
        Assert.InRange(edited, 1, killed - 1);
    }

    [Fact]
    [Requirement("RT-88")]
    [Trait("Kind", "slow")]
    public void Five_hundred_kills_leave_the_old_file_or_the_new_one()
    {
        // A large file, so that a good part of the run is the save.
        string specification = ShimRun.Specification.Replace(
            "\"future\"", "\"padding\":\"" + new string('x', 2_000_000) + "\",\"future\"", StringComparison.Ordinal);
        using ShimRun run = Legacy(specification);
        string path = run.Scratch.At("bundle/config.json");
        KillLoop.Run(
            500,
            () =>
            {
                File.WriteAllText(path, specification);
                return CoreProgram.Start(run.Scratch, "nvidia-container-runtime", ["create", "--bundle", run.Bundle, "c1"], run.Variables());
            },
            () => IsEdited(File.ReadAllText(path), specification));
    }

    private static ShimRun Legacy(string specification)
    {
        var run = new ShimRun(specification, "[nvidia-container-runtime]\nmode = \"legacy\"\n");
        run.Scratch.Program("bin/runc", "#!/bin/sh\nexit 0");
        return run;
    }

    private static bool IsEdited(string now, string old)
    {
        if (now == old)
            return false;
        AssertEdited(now);
        return true;
    }

    private static void AssertEdited(string content)
    {
        JsonNode node = JsonNode.Parse(content)!;
        Assert.Single(node["hooks"]!["prestart"]!.AsArray());
        Assert.Contains("\"future\": {\"a\": [1, 2.50, 1e3]}", content, StringComparison.Ordinal);
    }

    private static bool Failed(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (CoreException)
        {
            return true;
        }
    }

    private static void Fill(string path)
    {
        using FileStream file = File.Create(path);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // The disk is full, as it is to be.
        }
    }
}
