using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>Folders of the host that a user mounted into a container, whose image names them.</summary>
public sealed class VolumeTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    // NVIDIA's toolkit makes and deletes links wherever the image's configuration sends it.
    [Theory]
    [Requirement("SEC-5", "HK-90")]
    [InlineData(0, "rw")]
    [InlineData(1000, "rw")]
    [InlineData(0, "ro")]
    public void A_volume_that_the_image_names_as_a_library_folder_stays_as_it_is(int user, string option)
    {
        Container container = fixture.Prepare();
        SimulatedHost host = fixture.Host;
        string volume = container.Bundle + "/volume", library = host.At(Machine.LibraryFolder) + "/libcuda.so.570.133.20";
        Directory.CreateDirectory(host.At(volume));
        File.Copy(library, host.At(volume) + "/libdata.so.7.1");
        File.CreateSymbolicLink(host.At(volume) + "/libcuda.so.1", "libgone.so");
        File.CreateSymbolicLink(host.At(volume) + "/libdangling.so.2", "libdangling.so.2.0");
        File.WriteAllText(host.At(container.Rootfs) + "/etc/ld.so.conf", "/data\ninclude /etc/ld.so.conf.d/*.conf\n");
        container.Specification["mounts"]!.AsArray().Add(new JsonObject
        {
            ["destination"] = "/data",
            ["type"] = "bind",
            ["source"] = volume,
            ["options"] = new JsonArray("rbind", option),
        });
        container.Specification["process"]!["user"] = new JsonObject { ["uid"] = user, ["gid"] = user };
        string list = $"find {volume} -printf '%p %y %m %U %s %T@ %C@ %l\\n' | sort";
        string before = host.Shell(list).Succeeded().Output;
        container.Run("probe libcuda.so.1").Succeeded();
        Assert.Equal(before, host.Shell(list).Succeeded().Output);
        // Its libraries are found all the same, under the names that they have.
        string cache = host.Run("ldconfig", "-r", container.Rootfs, "-p").Succeeded().Output;
        Assert.Contains("/data/libdata.so.7.1", cache, StringComparison.Ordinal);
    }

    public static TheoryData<string> Runtimes => ["runc", "crun", "crun of sid"];

    // With rights that the container's own user does not have. The newest crun makes mounts read-only after the hooks only: the kernel protects nothing.
    [Theory]
    [Requirement("SEC-5", "HK-147", "HK-148")]
    [MemberData(nameof(Runtimes))]
    public void A_link_of_the_image_that_leads_to_a_volume_gets_nothing_written_there(string runtime)
    {
        Container container = Prepare(runtime);
        string volume = Volume(container);
        fixture.Host.Shell($"cd {container.Rootfs}; mv etc etc.of.image; ln -s data/etc etc; mkdir data; rm -rf usr/share; ln -s /data/share usr/share")
            .Succeeded();
        Mount(container, volume, "/data", "rbind", "rw");
        string before = Listing(volume);
        ContainerResult result = container.Run("probe libcuda.so.1; readlink /opt/links/made").Succeeded();
        Assert.Equal(before, Listing(volume));
        // What is the container's own was done.
        Assert.Contains("target", result.Lines);
    }

    // "podman run -v /etc:/etc:ro": the cache of the host was replaced.
    [Theory]
    [Requirement("SEC-5", "HK-148")]
    [MemberData(nameof(Runtimes))]
    public void A_read_only_volume_stays_as_it_is(string runtime)
    {
        Container container = Prepare(runtime);
        string volume = Volume(container);
        fixture.Host.Shell($"mkdir {volume}/lib; cp {Machine.LibraryFolder}/libcuda.so.570.133.20 {volume}/lib/").Succeeded();
        Mount(container, volume + "/etc", "/etc", "rbind", "ro");
        Mount(container, volume + "/lib", "/opt/driver", "rbind", "ro");
        string before = Listing(volume);
        container.Run("true").Succeeded();
        Assert.Equal(before, Listing(volume));
    }

    [Theory]
    [Requirement("HK-147")]
    [InlineData("etc/ld.so.cache", "/etc/ld.so.cache")]
    [InlineData("etc/ld.so.conf.d", "/etc/ld.so.conf.d")]
    [InlineData("share/file", "/opt/links/made")]
    [InlineData("etc/ld.so.cache", "/opt/driver/libcuda.so.1")]
    public void A_volume_where_a_hook_would_write_keeps_no_container_from_starting(string source, string destination)
    {
        Container container = Prepare("runc");
        string volume = Volume(container);
        Mount(container, $"{volume}/{source}", destination, "rbind", "rw");
        string before = Listing(volume);
        container.Run("true").Succeeded();
        Assert.Equal(before, Listing(volume));
    }

    // Such kernels tell the number of a mount in procfs alone.
    [Theory]
    [Requirement("SEC-5", "HK-148")]
    [InlineData("statx")]
    [InlineData("statx,openat2,close_range,mounts,mount_setattr")]
    public void A_volume_is_known_on_kernels_before_5_8_and_5_2(string calls)
    {
        HookRoot root = HookUse.Prepare(fixture.Host);
        string hook = string.Join(' ', [.. Refusals.Wrapper("ENOSYS", calls), "nvidia-cdi-hook update-ldcache --folder /opt/lib"]);
        string script = $"""
            exec unshare --mount --propagation private sh -ec 'cd {root.Folder}; mkdir ../volume; cp -r etc ../volume/etc
            {hook} <{root.StateFile}; test -s etc/ld.so.cache
            mount --bind ../volume/etc etc; ls -lc --time-style=full-iso ../volume/etc >../before
            {hook} <{root.StateFile}; ls -lc --time-style=full-iso ../volume/etc | diff ../before -'
            """;
        CommandResult result = fixture.Host.Shell(script).Succeeded();
        Assert.Contains("leaving /etc", result.Errors, StringComparison.Ordinal);
    }

    // The image's own /dev, over which somebody mounted the host's, or a volume that lies in memory.
    [Theory]
    [Requirement("HK-148")]
    [InlineData("mount --rbind /dev $root/dev")]
    [InlineData("mkdir $root/data; mount -t tmpfs memory $root/data; mkdir $root/data/dev; mount --bind $root/data/dev $root/dev")]
    [InlineData("d=$root/data/$(printf %090d 1); mkdir $root/data; mount -t tmpfs memory $root/data; mkdir $d; mount --bind $d $root/dev")]
    [InlineData("mkdir $root/data; mount -t tmpfs memory $root/data; mount --bind $root/data $root/dev")]
    [InlineData("mkdir $root/data; mount -t tmpfs memory $root/data; mount --bind $root/data $root/dev", "ENOSYS")]
    [InlineData("mkdir $root/data; mount -t tmpfs memory $root/data; mount --bind $root/data $root/dev", "EPERM")]
    public void The_dev_folder_of_the_host_gets_no_link(string mounts, string error = "")
    {
        HookRoot root = HookUse.Prepare(fixture.Host);
        CommandResult result = fixture.Host.Shell($"""
            exec unshare --mount --propagation private sh -c 'root={root.Folder}; {mounts}
            {string.Join(' ', Refusals.Wrapper(error, "statmount"))} nvidia-cdi-hook create-symlinks --link ../card0::/dev/dri/nvct-volume-test <{root.StateFile} || exit 1
            if readlink $root/dev/dri/nvct-volume-test; then rm $root/dev/dri/nvct-volume-test; fi'
            """).Succeeded();
        Assert.Equal("", result.Output);
        Assert.Contains("leaving /dev/", result.Errors, StringComparison.Ordinal);
    }

    // The text of the mount table costs more than all else that the hook does for the link: a host has thousands of mounts.
    [Theory]
    [Requirement("HK-148")]
    [InlineData("", false)]
    [InlineData("ENOSYS", true)]
    [InlineData("EPERM", true)]
    public void The_mount_table_is_read_only_where_the_kernel_does_not_tell_of_single_mounts(string error, bool readsTable)
    {
        Assert.SkipUnless(error.Length > 0 || Environment.OSVersion.Version >= new Version(6, 8), "this kernel has no statmount(2)");
        HookRoot root = HookUse.Prepare(fixture.Host);
        string hook = string.Join(' ', [.. Refusals.Wrapper(error, "statmount"), "nvidia-cdi-hook create-symlinks --link ../card0::/dev/dri/made"]);
        CommandResult result = fixture.Host.Shell($"""
            exec unshare --mount --propagation private sh -ec 'root={root.Folder}; mount -t tmpfs memory $root/dev
            {Checkout.MachineProgram("strace")} -f -qq -o $root/../trace -e trace=openat {hook} <{root.StateFile}
            readlink $root/dev/dri/made; grep -c mountinfo $root/../trace || true'
            """).Succeeded();
        Assert.Equal($"../card0\n{(readsTable ? 1 : 0)}\n", result.Output);
    }

    // Hooks as specifications name them, with a folder of the driver's in the image.
    private Container Prepare(string runtime)
    {
        Container container = fixture.Prepare();
        container.Runtime = runtime == "crun of sid" ? Crun.Newer : Checkout.MachineProgram(runtime);
        // crun refuses controllers of both cgroup versions at once; without the second version's tree it sees the first alone.
        fixture.Host.Shell("if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi").Succeeded();
        fixture.Host.Shell($"""
            set -e; cd {container.Rootfs}; mkdir -p opt/driver opt/links; cp -L {Machine.LibraryFolder}/libcuda.so.570.133.20 opt/driver/
            """).Succeeded();
        container.Specification["hooks"] = new JsonObject
        {
            ["createContainer"] = new JsonArray(
                Hook("create-symlinks", "--link", "target::/opt/links/made", "--link", "target::/usr/share/file,target::/usr/share/deep/made"),
                Hook("enable-cuda-compat", "--host-driver-version=570.133.20"),
                Hook("update-ldcache", "--folder", "/opt/driver"),
                Hook("update-application-profile"),
                Hook("chmod", "--mode", "777", "--path", "/etc/ld.so.cache")),
        };
        return container;
    }

    private static JsonObject Hook(params string[] arguments) => new()
    {
        ["path"] = "/usr/bin/nvidia-cdi-hook",
        ["args"] = new JsonArray([.. arguments.Prepend("nvidia-cdi-hook").Select(static a => (JsonNode)a)]),
        ["env"] = new JsonArray("NVIDIA_CTK_DEBUG=false"),
    };

    private string Volume(Container container)
    {
        string volume = container.Bundle + "/volume";
        fixture.Host.Shell($"""
            set -e; mkdir -p {volume}/etc/ld.so.conf.d {volume}/share; cd {volume}
            echo host >etc/ld.so.cache; echo host >share/file; echo /opt >etc/ld.so.conf; touch -d 2020-01-01 $(find .)
            """).Succeeded();
        return volume;
    }

    private static void Mount(Container container, string source, string destination, params string[] options) =>
        container.Specification["mounts"]!.AsArray().Add(new JsonObject
        {
            ["destination"] = destination,
            ["type"] = "bind",
            ["source"] = source,
            ["options"] = new JsonArray([.. options.Select(static o => (JsonNode)o)]),
        });

    private string Listing(string volume) => fixture.Host.Shell($"find {volume} -printf '%p %y %m %U %s %T@ %C@ %l\\n' | sort").Succeeded().Output;
}
