# What a container sees; runs inside it, by busybox.
echo "device nodes:"
ls -l /dev/nvidia* | sed 's/^/  /'
echo "libraries, by the dynamic loader:"
probe libcuda.so.1 libnvidia-ml.so.1 libnvidia-ptxjitcompiler.so.1 | sed 's/^/  /'
echo "environment:"
env | grep ^NVIDIA_ | sort | sed 's/^/  /'
echo "the loader's cache (/etc/ld.so.cache) names:"
grep -ao 'lib\(cuda\|nvidia-ml\|nvidia-ptxjitcompiler\)\.so\.[0-9]*' /etc/ld.so.cache | sort -u | sed 's/^/  /'
echo "programs:"
nvidia-smi -L | head -n 4 | sed 's/^/  /'
