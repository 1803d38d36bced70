using GpuContainers.Runtime.ContainerCli;
using GpuContainers.Runtime.ContainerCli.Cgroups;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.ContainerCli;

public sealed class ContainerCgroupTests : IDisposable
{
    private const string Mounts = """
        30 23 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro
        31 30 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
        32 30 0:30 /outer /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
        33 30 0:31 /outer /sys/fs/cgroup/devices rw shared:9 - cgroup cgroup rw,devices

        """;

    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [Requirement("CL-116", "CL-117", "CL-118")]
    [InlineData("12:devices:/outer/c1\n0::/c1\n", 1, "/sys/fs/cgroup/devices/c1")]
    [InlineData("12:devices:/elsewhere\n", 1, "/sys/fs/cgroup/devices/elsewhere")]
    [InlineData("3:memory:/x\n0::/kube/pod\n", 2, "/sys/fs/cgroup/unified/kube/pod")]
    public void The_group_is_found_by_the_containers_own_words_and_the_runtimes_mounts(string groups, int version, string path) =>
        Assert.Equal(new ContainerCgroup(version, path), Find(groups, Mounts, ""));

    [Fact]
    [Requirement("CL-118")]
    public void Inside_the_container_the_group_lies_below_its_root() =>
        Assert.Equal("/rootfs/sys/fs/cgroup/unified/x", Find("0::/x\n", Mounts, "/rootfs").Path);

    [Theory]
    [Requirement("CL-117")]
    [InlineData("1:devices:/x\n", "31 30 0:27 / /a rw - cgroup2 cgroup2 rw\n")]
    [InlineData("1:memory:/x\n", Mounts)]
    [InlineData("1:devices:/x\n", "33 30 0:31 /../.. /sys/fs/cgroup/devices rw - cgroup cgroup rw\n")]
    public void A_group_that_cannot_be_found_is_an_error_with_the_cure(string groups, string mounts)
    {
        CliException error = Assert.Throws<CliException>(() => Find(groups, mounts, ""));
        Assert.StartsWith("container error: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("--no-cgroups", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CG-10")]
    [InlineData("/sys/fs/cgroup/system.slice/docker-1.scope", true)]
    [InlineData("/sys/fs/cgroup/kubepods.slice/pod1", true)]
    [InlineData("/sys/fs/cgroup/docker/1", false)]
    public void The_groups_of_systemd_are_known_by_their_names(string path, bool isOfSystemd) =>
        Assert.Equal(isOfSystemd, new ContainerCgroup(2, path).IsOfSystemd);

    private ContainerCgroup Find(string groups, string mounts, string prefix) =>
        ContainerCgroup.Find(_scratch.File("cgroup", groups), _scratch.File("mountinfo", mounts), prefix);
}
